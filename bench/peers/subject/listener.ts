import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';
const localHosts = new Set(['localhost', '127.0.0.1', '::1']);

/** The inodes of the sockets that listen on `port`, from the text of `/proc/net/tcp` or `tcp6`. */
export function listeningInodes(table: string, port: number): string[] {
  const inodes: string[] = [];
  for (const line of table.split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === listening && Number.parseInt(local!.split(':')[1]!, 16) === port) inodes.push(inode!);
  }
  return inodes;
}

/** The process of this machine that listens on a port; null if it is elsewhere, or not ours to look at. */
export function listenerPid(host: string, port: number): number | null {
  if (!localHosts.has(host)) return null;
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty);
  const links = new Set(tables.flatMap(table => listeningInodes(table, port)).map(inode => `socket:[${inode}]`));
  if (links.size === 0) return null;
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (openFiles(pid).some(link => links.has(link))) return Number(pid);
  }
  return null;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Where there is no IPv6 there is no table of it.
    return '';
  }
}

/** What the open files of a process are; nothing if it has ended or belongs to somebody else. */
function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(file => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${file}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}
