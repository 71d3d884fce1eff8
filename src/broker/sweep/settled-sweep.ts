import type { Limits } from '../../protocol/limits.js';
import type { InterestChanged, Operation, Position, Results, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import { deadLetterTopic } from '../delivery/dead-letters.js';
import type { Endpoints } from '../endpoints/endpoints.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { PositionClock } from '../topics/position-clock.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import type { Look, RightsOn } from './interest-turn.js';
import { InterestTurns } from './interest-turns.js';
import { LowWater } from './low-water.js';
import { paced } from './pace.js';
import { Retentions } from './retentions.js';
import type { SettledTopic, SweepQueue } from './sweep-queue.js';
import { WidePatterns } from './wide-patterns.js';
import { type Hold, Witnesses } from './witnesses.js';

export interface SettledSweepParts {
  store: Store;
  topics: Topics;
  endpoints: Endpoints;
  commit: GroupCommit;
  queue: SweepQueue;
  positionClock: PositionClock;
  clock: Clock;
  limits: Limits;
}

/** A topic that is looked at, or was, and who holds its mark. */
interface HeldLook extends Look, Hold {
  /** Somebody who held the mark has moved since. */
  isOutdated: boolean;
  /** A subscription names the topic. */
  isNamed: boolean;
  /** A subscription has it, by name or by pattern. */
  isWanted: boolean;
}

/**
 * Finds the messages that everyone who may see them has settled. Of each topic with messages it remembers who holds the
 * low-water mark, its witnesses; until one of these moves, nothing of the topic can go, and nothing is read, whatever is
 * published and however many subscriptions wait. When one has moved, the next one is looked for like a clock's hand goes
 * around, and only a whole turn on which nobody needs all that there is raises the mark.
 */
export class SettledSweep {
  readonly #parts: SettledSweepParts;
  readonly #witnesses = new Witnesses();
  readonly #widePatterns: WidePatterns;
  readonly #turns: InterestTurns;
  readonly #retentions: Retentions;
  /** The last look at each topic that has messages. */
  readonly #looks = new Map<Topic, HeldLook>();
  #due: Topic[] = [];
  /** What can go of topics that were begun with others that have not had a page yet. */
  #found: SettledTopic[] = [];
  /** Topics that are not to be looked at now, and for how many changes. */
  readonly #spared = new Map<Topic, number>();
  /** The topic that was looked at last, so that all have their turn. */
  #lastId = 0;
  #committed = -1;
  /** Nothing was due or under way when this was last looked at. */
  #isIdle = false;

  constructor(parts: SettledSweepParts, widePatterns: readonly string[]) {
    this.#parts = parts;
    this.#widePatterns = new WidePatterns(widePatterns);
    this.#retentions = new Retentions(parts);
    this.#turns = new InterestTurns(parts.limits.sweep_subscriptions);
  }

  /** Hears of everything that is on disk. */
  committed(operation: Operation, result: Results[keyof Results]): void {
    switch (operation.kind) {
      case 'settle':
        if (operation.lanes !== undefined) this.#witnesses.move(operation.subId);
        return;
      case 'delete_topic':
        this.#forget(this.#parts.topics.byId(operation.id));
        return;
      case 'update_topic':
        this.#lookAgain(this.#parts.topics.byId(operation.id));
        return;
      case 'create_subscription':
        this.#widePatterns.add(operation.patterns);
        this.#named(operation.patterns);
        return;
      case 'update_subscription':
        this.#widePatterns.add(operation.open ?? []);
        this.#named(operation.open ?? []);
        this.#witnesses.move(operation.id);
        this.#left(result as InterestChanged);
        return;
      case 'delete_subscription':
        this.#witnesses.move(operation.id);
        this.#left(result as InterestChanged);
        return;
      case 'update_endpoint':
        // Whose right ended may hold nothing any more. It is rare, so nobody notes whose subscription a witness is.
        if (operation.revoke?.length) this.#witnesses.moveAll();
    }
  }

  /** Notes which topics may have something to sweep. */
  begin(): void {
    for (const topic of this.#retentions.takeDue()) this.#lookAgain(topic);
    const { committed } = this.#parts.commit;
    if (committed === this.#committed && !this.#witnesses.haveMoved && this.#isIdle) return;
    this.#committed = committed;
    for (const hold of this.#witnesses.takeMoved() as HeldLook[]) {
      hold.isOutdated = true;
      if (hold.isDone) hold.topic.sweepAfter = -1;
    }
    const due: Topic[] = [];
    for (const topic of this.#parts.topics.all()) {
      // Dead letters are for people, who come when they have time: these stay until they expire.
      if (topic.last > topic.sweepAfter && topic.name !== deadLetterTopic) due.push(topic);
    }
    this.#isIdle = due.length === 0 && this.#turns.isEmpty;
    this.#due = [...due.filter(({ id }) => id > this.#lastId), ...due.filter(({ id }) => id <= this.#lastId)];
  }

  #forget(topic: Topic): void {
    const look = this.#looks.get(topic);
    if (look) this.#witnesses.hold(look, []);
    this.#looks.delete(topic);
  }

  /** Somebody names these: what they kept has somebody to wait for. */
  #named(patterns: readonly string[]): void {
    for (const pattern of patterns) {
      const topic = this.#parts.topics.find(pattern);
      if (topic && topic.keptFrom !== null) this.#lookAgain(topic);
    }
  }

  /** Nobody names these any more: from now on they keep what comes. */
  #left({ left = [], position }: InterestChanged): void {
    for (const name of left) {
      const topic = this.#parts.topics.find(name);
      if (!topic) continue;
      topic.keptFrom = position;
      this.#lookAgain(topic);
    }
  }

  /**
   * Somebody is about to need what may have been settled: a subscription that begins in the past, or one that goes back.
   * Looks that are under way do not know of it, so they are given up, and none begins until the function that is answered
   * is called, after the commit.
   */
  spare(topics: readonly Topic[]): () => void {
    const spared = new Set(topics);
    const ids = new Set(topics.map(({ id }) => id));
    for (const topic of spared) {
      this.#spared.set(topic, (this.#spared.get(topic) ?? 0) + 1);
      const look = this.#looks.get(topic);
      if (look) this.#giveUp(look);
    }
    this.#found = this.#found.filter(({ topicId }) => !ids.has(topicId));
    return () => {
      for (const topic of spared) {
        const others = this.#spared.get(topic)! - 1;
        if (others > 0) this.#spared.set(topic, others);
        else this.#spared.delete(topic);
        topic.settledTo = null;
        this.#lookAgain(topic);
      }
    };
  }

  #giveUp(look: HeldLook): void {
    look.isDone = true;
    look.isOutdated = true;
    look.topic.sweepAfter = -1;
    this.#witnesses.hold(look, []);
  }

  /** Something else than its witnesses has changed what of the topic can go. */
  #lookAgain(topic: Topic): void {
    const look = this.#looks.get(topic);
    if (look) look.isOutdated = true;
    if (!look || look.isDone) topic.sweepAfter = -1;
    this.#isIdle = false;
  }

  /** Reads some pages. False: there was nothing to do. */
  async step(): Promise<boolean> {
    if (this.#due.length > 0 && !this.#turns.hasNew) await paced(this.#parts.clock, () => this.#begin());
    else if (!this.#turns.isEmpty) await paced(this.#parts.clock, () => this.#turn());
    else return false;
    return true;
  }

  /** Looks where the next topics begin, and which patterns cover those that have anything. */
  async #begin(): Promise<void> {
    const topics = this.#due.splice(0, this.#parts.limits.sweep_topics);
    this.#lastId = topics[topics.length - 1]!.id;
    const { committed: start } = this.#parts.commit;
    const { moment } = this.#widePatterns;
    const heads = await this.#parts.store.readHeads(topics.map(({ id }) => id));
    const looks = new Map<string, Look[]>();
    for (const [index, topic] of topics.entries()) {
      const look = this.#look(topic, heads[index]!, start);
      if (!look) continue;
      for (const pattern of [topic.name, ...this.#widePatterns.covering(topic.name)]) {
        look.turns += 1;
        const covered = looks.get(pattern);
        if (covered) covered.push(look);
        else looks.set(pattern, [look]);
      }
    }
    this.#turns.begin(looks, moment);
  }

  /** Null: there is no message, or it is known who needs the first ones. */
  #look(topic: Topic, heads: readonly Position[], start: Position): HeldLook | null {
    if (this.#spared.has(topic)) return null;
    const before = this.#looks.get(topic);
    if (before && !before.isOutdated && before.lowWater.isHeldWith(heads)) return null;
    if (before) this.#witnesses.hold(before, []);
    this.#looks.delete(topic);
    const lowWater = new LowWater(topic, heads, start);
    // While it is looked at, it is not looked at again.
    topic.sweepAfter = lowWater.isEmpty ? start : Infinity;
    if (lowWater.isEmpty) return null;
    const look = {
      lowWater,
      topic,
      subIds: [],
      turns: 0,
      isDone: false,
      isOutdated: false,
      isNamed: false,
      isWanted: false,
    };
    this.#looks.set(topic, look);
    return look;
  }

  /** Lets some turns go on by a page each. */
  async #turn(): Promise<void> {
    const { turns, limit } = this.#turns.next();
    const places = turns.map(({ pattern, afterId }) => ({ pattern, afterId }));
    const pages = await this.#witnesses.reading(this.#parts.store.readInterests({ places, limit }));
    for (const [index, turn] of turns.entries()) {
      const isWhole = turn.take(pages[index]!, this.#rightsOn);
      const isAny = pages[index]!.rows.length > 0;
      for (const look of turn.looks as HeldLook[]) {
        look.isWanted ||= isAny;
        look.isNamed ||= isAny && turn.pattern === look.topic.name;
        if (isWhole) look.turns -= 1;
        if (look.isDone) continue;
        this.#witnesses.hold(look, look.lowWater.witnesses);
        if (look.turns === 0 || look.lowWater.isHeld) this.#finish(look);
      }
      if (isWhole && turn.isBarren) this.#widePatterns.forget(turn.pattern, turn.moment);
      this.#turns.taken(turn, isWhole);
    }
    // Of those that were begun together, most are done with a page. They wait for each other, to be swept together.
    if (!this.#turns.hasNew) this.#parts.queue.addSettled(this.#found.splice(0));
  }

  #finish(look: HeldLook): void {
    const { lowWater, topic } = look;
    look.isDone = true;
    const isWhole = look.turns === 0;
    // All of its turns are over: there is nobody who names it, and what it keeps waits for the first who does.
    const isKeeping = isWhole && topic.keptFrom !== null && !look.isNamed;
    if (lowWater.hasMore) {
      const bound = isKeeping ? topic.keptFrom! : Infinity;
      const upto = lowWater.removable(Math.min(bound, this.#retentions.bound(topic, lowWater.upto)));
      if (upto.some(position => position > 0)) {
        const isUnwanted = isWhole && !look.isWanted;
        this.#found.push({ topicId: topic.id, upto, after: lowWater.removableAfter, isUnwanted });
      }
    }
    if (look.isOutdated) topic.sweepAfter = -1;
    else topic.sweepAfter = isKeeping ? Infinity : lowWater.end;
  }

  readonly #rightsOn: RightsOn = (endpointId, topic) => this.#parts.endpoints.byId(endpointId).rightsOn(topic);
}
