/** Who is at the other end of a connection to the server. */

/**
 * `kernel`: a notebook of this server. `other`: certainly not a notebook. `unknown`: the system does not say; such a
 * client must send a secret that no notebook has.
 */
export type Peer = 'kernel' | 'other' | 'unknown';

interface SocketEnd {
  readonly address: string;
  readonly port: number;
}

export interface SocketEnds {
  readonly client: SocketEnd;
  readonly server: SocketEnd;
}
