/** The channels of a kernel of a gateway, over one WebSocket. */
import { randomUUID } from 'node:crypto';
import { defined } from '../../domain/defined.ts';
import {
  type ChannelListener,
  type ChannelOptions,
  type Channels,
  composeRequest,
  idOf,
} from '../protocol/channels.ts';
import { createMessageOrder } from '../protocol/message-order.ts';
import { type Message, WireError } from '../protocol/wire.ts';
import { decodeDefault, decodeV1, encodeDefault, encodeV1, type MessageParts } from './gateway-frame.ts';
import { openGatewaySocket, type GatewayLink } from './gateway-socket.ts';

/** What is received of a message that is beyond the limit, in multiples of the limit: what follows it is not lost. */
const RECEIVED = 4;
/** The frames of a message up to its parent: whose it is, and of which type. */
const HEAD_FRAMES = 4;
const CHANNELS = ['shell', 'control', 'stdin', 'iopub'] as const;

/** Connects at once; until then, sent messages wait. */
export function openGatewayChannels(
  link: Omit<GatewayLink, 'receivedBytes'> & ChannelOptions,
  listener: ChannelListener,
): Channels {
  const session = randomUUID();
  let isHeld = false;
  let isClosed = false;
  const order = createMessageOrder({ key: '', ...defined({ decodeLong: link.decodeLong }) }, () =>
    socket.hold(isHeld || order.isBusy()),
  );

  /** What the server itself says of the kernel's process. */
  function lookForEnd({ header, content }: Message): void {
    const state = header['msg_type'] === 'status' ? content['execution_state'] : undefined;
    if (state === 'dead' || state === 'restarting')
      socket.giveUp(`The gateway ${link.address.shown} reports that the process of this kernel has ended.`);
  }

  const receivers = Object.fromEntries(
    CHANNELS.map((channel) => [
      channel,
      order.channel((message, sizeBytes) => {
        if (isClosed) return;
        if (channel === 'iopub') lookForEnd(message);
        listener.onMessage(channel, message, sizeBytes);
      }),
    ]),
  );

  const socket = openGatewaySocket({ ...link, receivedBytes: link.limitBytes * RECEIVED }, session, {
    onGap: (reason) => listener.onGap(reason),
    onData(data, { isBinary, isV1 }) {
      listener.onBytes();
      try {
        const { channel, frames } = isV1 ? decodeV1(data) : decodeDefault(data, !isBinary);
        const isWhole = data.length <= link.limitBytes;
        const kept = isWhole ? frames : frames.slice(0, HEAD_FRAMES);
        if (Object.hasOwn(receivers, channel)) receivers[channel]?.({ frames: kept, sizeBytes: data.length, isWhole });
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    },
  });

  return {
    compose: (type, content) => composeRequest(session, type, content),
    send(channel, type, content, parent) {
      const message = composeRequest(session, type, content, parent);
      const parts = [message.header, message.parent, message.metadata, content].map((part) =>
        Buffer.from(JSON.stringify(part)),
      ) as unknown as MessageParts;
      socket.send((isV1) => (isV1 ? encodeV1(channel, parts) : encodeDefault(channel, parts)));
      return idOf(message);
    },
    hold(held) {
      isHeld = held;
      socket.hold(isHeld || order.isBusy());
    },
    isDecoding: () => order.isBusy(),
    decoded: () => order.done(),
    close() {
      isClosed = true;
      socket.close();
    },
  };
}
