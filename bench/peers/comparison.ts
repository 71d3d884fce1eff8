import { fileURLToPath } from 'node:url';
import type { Generator } from '../generator.js';
import { type Contender, measureInTurn } from '../measure.js';
import type { Round, Side } from '../result.js';
import type { Setup } from '../setup.js';
import type { Server } from '../subject/server.js';
import type { PeerJob } from './load/job.js';
import { holdfastName, type Peer, type PeerKind } from './peer.js';
import { type PeerSizes, sizesFor } from './sizes.js';
import type { Stage } from './wire/wire.js';

const loadMain = fileURLToPath(new URL('./load/main.js', import.meta.url));

/** What one round does on one broker. */
export interface Plan {
  stage: Stage;
  /** Messages that wait in every subscription before the round begins. */
  backlog: number;
  job: PeerJob;
  /** Messages published, or deliveries. */
  unitsPerRound: number;
}

/** Holdfast or a peer, before anything has been set up on it. */
export interface Subject {
  kind: PeerKind | 'holdfast';
  name: string;
  sizes: PeerSizes;
  /** A server of its own if it is Holdfast; the one that is there if it is a peer. */
  server(): Promise<Server>;
}

/** One workload on Holdfast and its peers. */
export class Comparison {
  readonly generator: Generator<PeerJob>;
  readonly subjects: readonly Subject[];
  readonly sizes: PeerSizes;
  readonly #setup: Setup;

  constructor(setup: Setup, peers: readonly Peer[], sizes: PeerSizes) {
    this.#setup = setup;
    this.sizes = sizes;
    this.generator = setup.startGenerator<PeerJob>(loadMain);
    this.subjects = [
      { kind: 'holdfast', name: holdfastName, sizes, server: () => setup.startHoldfast() },
      ...peers.map(({ kind, name, server }) => {
        return { kind, name, sizes: sizesFor(sizes, kind), server: async () => server };
      }),
    ];
  }

  /** A second load generator, for connections that stay while the first one works. */
  startGenerator(): Generator<PeerJob> {
    return this.#setup.startGenerator<PeerJob>(loadMain);
  }

  /** Measures plans of all subjects in turn and leaves nothing behind on the peers. */
  async measure(plansOf: (subject: Subject) => { name: string; plan: Plan }[]): Promise<Side[]> {
    const contenders: Contender<PeerJob>[] = [];
    const staged: { server: Server; stage: Stage }[] = [];
    for (const subject of this.subjects) {
      for (const { name, plan } of plansOf(subject)) {
        const server = await subject.server();
        staged.push({ server, stage: plan.stage });
        contenders.push(await this.#contender(subject, name, server, plan));
      }
    }
    const { rounds, progress } = this.#setup.options;
    const sides = await measureInTurn(this.generator, contenders, rounds, progress);
    for (const { server, stage } of staged) await this.generator.run(server.target, { kind: 'clear', ...stage });
    return sides.map(({ name, rounds }) => ({ name, rounds: rounds.map(onlyRead) }));
  }

  async #contender(subject: Subject, name: string, server: Server, plan: Plan): Promise<Contender<PeerJob>> {
    const { stage, backlog, job, unitsPerRound } = plan;
    const { topicName } = stage;
    const { dataBytes, window } = subject.sizes;
    const set = () => this.generator.run(server.target, { kind: 'stage', ...stage });
    const fill = () =>
      this.generator.run(server.target, { kind: 'publish', topicName, messages: backlog, dataBytes, window });
    if (subject.kind === 'holdfast') await set();
    const before = async () => {
      if (subject.kind !== 'holdfast') await set();
      if (backlog > 0) await fill();
    };
    return { name, server, job, unitsPerRound, before };
  }
}

/** Without what could not be read of the process of a peer. */
function onlyRead(round: Round): Round {
  return Object.fromEntries(Object.entries(round).filter(([, value]) => Number.isFinite(value)));
}

/** What the title of a workload adds for those that get less to do. */
export function exceptions(subjects: readonly Subject[], size: keyof PeerSizes, what: string): string {
  const [first] = subjects;
  const smaller = subjects.filter(({ sizes }) => sizes[size] < first!.sizes[size]);
  return smaller.map(({ name, sizes }) => `; ${name}: ${sizes[size].toLocaleString('en-US')} ${what}`).join('');
}
