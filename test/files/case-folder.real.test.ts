/** Scripts on a file system that ignores the case of names, in a Linux that runs as a process (user-mode-linux). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from './folder.ts';

const uml = process.env['SCRIPT_RUNNER_UML'] ?? '';
const here = (name: string) => join(import.meta.dirname, name);

const SECTOR_BYTES = 512;
const SECTORS = 20_480;
const TABLE_SECTORS = 20;

/** An empty disk of 10 MB with the file system FAT16. */
function emptyDisk(): Buffer {
  const disk = Buffer.alloc(SECTORS * SECTOR_BYTES);
  disk.set([0xeb, 0x3c, 0x90]);
  disk.write('MSDOS5.0', 3);
  disk.writeUInt16LE(SECTOR_BYTES, 11);
  // sectors of a cluster, reserved ones, tables, entries of the root
  disk[13] = 4;
  disk.writeUInt16LE(1, 14);
  disk[16] = 2;
  disk.writeUInt16LE(512, 17);
  disk.writeUInt16LE(SECTORS, 19);
  disk[21] = 0xf8;
  disk.writeUInt16LE(TABLE_SECTORS, 22);
  disk[38] = 0x29;
  disk.write('NO NAME    FAT16   ', 43);
  disk.writeUInt16LE(0xaa55, 510);
  for (const table of [1, 1 + TABLE_SECTORS]) disk.set([0xf8, 0xff, 0xff, 0xff], table * SECTOR_BYTES);
  return disk;
}

it.skipIf(uml === '')(
  'two spellings of a name are one script, named as the folder lists it, needs uml',
  async () => {
    const disk = join(await folderWith({ disk: emptyDisk() }), 'disk');
    const machine = spawn(
      uml,
      [
        'mem=1G',
        'root=/dev/root',
        'rootfstype=hostfs',
        'rootflags=/',
        'ro',
        `init=${here('case-machine.sh')}`,
        'con=null',
        'con0=null,fd:1',
        'quiet',
        `ubd0=${disk}`,
        `NODE=${process.execPath}`,
        `PROGRAM=${here('case-machine.ts')}`,
        'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let said = '';
    machine.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await once(machine, 'close');
    expect(JSON.parse(/FOUND (.*)/.exec(said)?.[1] ?? JSON.stringify(said))).toEqual({
      first: ['Report First ready'],
      sidecar: 'Lines',
      spellings: [null, null],
      'other spelling saved': ['Report Later ready'],
      'only the case renamed': ['report Later ready'],
      'both names': [null, 'ready'],
      read: 'report.py',
      another: ['Other Other ready', 'report Later ready'],
      'next start': ['Other Other', 'report Later'],
    });
  },
  600_000,
);
