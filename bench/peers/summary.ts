import { type Column, columnRatio, columnSpread, columns, type Side, type WorkloadResult } from '../result.js';
import { formatSpread, formatTable } from '../table.js';
import { holdfastName, type Peer, promises } from './peer.js';
import { noneName } from './workloads/offline.js';

/** A line of the table in which the brokers stand side by side. */
interface Line {
  workload: string;
  title: string;
  cell(sides: readonly Side[], name: string): string;
}

function cellOf(column: Column): Line['cell'] {
  return (sides, name) => {
    const side = sides.find(one => one.name === name);
    const value = side === undefined ? null : columnSpread(side, column);
    return value === null ? '–' : formatSpread(value, columns[column].digits);
  };
}

function offlineRatio(sides: readonly Side[], name: string): string {
  const [many, none] = [name, noneName(name)].map(wanted => sides.find(side => side.name === wanted));
  const ratio = many === undefined || none === undefined ? null : columnRatio([many, none], 'per_second');
  return ratio === null ? '–' : formatSpread(ratio, 3);
}

const lines: Line[] = [
  { workload: 'publish', title: 'acknowledged publish, per second', cell: cellOf('per_second') },
  { workload: 'publish', title: '  server CPU, µs each', cell: cellOf('cpu_us') },
  { workload: 'fan-out', title: 'fan-out, deliveries per second', cell: cellOf('per_second') },
  { workload: 'fan-out', title: '  server CPU, µs each', cell: cellOf('cpu_us') },
  { workload: 'drain', title: 'drain, per second', cell: cellOf('per_second') },
  { workload: 'drain', title: '  server CPU, µs each', cell: cellOf('cpu_us') },
  { workload: 'offline', title: 'publish with absent subscribers, per second', cell: cellOf('per_second') },
  { workload: 'offline', title: '  ÷ with none', cell: offlineRatio },
  { workload: 'latency', title: 'latency p50, ms', cell: cellOf('p50_ms') },
  { workload: 'latency', title: '  p99, ms', cell: cellOf('p99_ms') },
  { workload: 'idle', title: 'idle subscriber, KiB', cell: cellOf('kib_each') },
];

/** The head, then one row of cells for each figure of the workloads that ran. */
export function summaryRows(results: readonly WorkloadResult[], peers: readonly Peer[]): string[][] {
  const names = [holdfastName, ...peers.map(({ name }) => name)];
  const rows = lines.flatMap(({ workload, title, cell }) => {
    const result = results.find(one => one.workload === workload);
    return result === undefined ? [] : [[title, ...names.map(name => cell(result.sides, name))]];
  });
  return [['', ...names], ...rows];
}

/** All brokers side by side, and what the acknowledgement of each is worth. */
export function formatSummary(results: readonly WorkloadResult[], peers: readonly Peer[]): string {
  const worth = [
    `${holdfastName}: ${promises.holdfast}`,
    ...peers.map(({ name, kind }) => `${name}: ${promises[kind]}`),
  ];
  return `${formatTable(summaryRows(results, peers))}\n\nWhat is acknowledged is\n  ${worth.join('\n  ')}`;
}
