import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Linux reports process times to user space in hundredths of a second, whatever the kernel's own tick is. */
const ticksPerSecond = 100;
const kibibyte = 1024;

/** What a process has used so far, all of its threads together. */
export interface Usage {
  cpuSeconds: number;
  rssBytes: number;
}

/** User and system time in seconds from the text of `/proc/<pid>/stat`. */
export function cpuSecondsOf(stat: string): number {
  // The second field is the name of the program in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isFinite(userTicks) || !Number.isFinite(systemTicks)) throw new Error(`Not a process stat: ${stat}`);
  return (userTicks + systemTicks) / ticksPerSecond;
}

/** Bytes of memory in use from the text of `/proc/<pid>/status`. */
export function rssBytesOf(status: string): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (line === null) throw new Error('The process has no memory of its own: it has ended');
  return Number(line[1]) * kibibyte;
}

export function readUsage(pid: number): Usage {
  return {
    cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    rssBytes: rssBytesOf(readFileSync(`/proc/${pid}/status`, 'utf8')),
  };
}

/** Seconds in which all cores together were not idle since the machine started, from the text of `/proc/stat`. */
export function busySecondsOf(machineStat: string): number {
  const [, user, nice, system, , , interrupts, softInterrupts, stolen] = machineStat.split(/\s+/, 9).map(Number);
  // What the hypervisor gave to another guest was as little ours as what another process took.
  return (user! + nice! + system! + interrupts! + softInterrupts! + stolen!) / ticksPerSecond;
}

export function readBusySeconds(): number {
  return busySecondsOf(readFileSync('/proc/stat', 'utf8'));
}

/** Bytes of the files of a store: the database, its write-ahead log and whatever lies beside them. */
export function directoryBytes(directory: string): number {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath ?? entry.path, entry.name)).size;
  }
  return bytes;
}
