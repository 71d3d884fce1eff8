import type { Topic } from './topic.js';
import { type DataCheck, TopicGate, type TopicGateParts } from './topic-gate.js';
import type { TopicOptions } from './topic-options.js';

/** Compiles the schema of a topic. Throws `invalid_params` for one that cannot be used. */
export type CompileSchema = (schema: Record<string, unknown>) => DataCheck;

/** Puts gates before the topics that ask something of their messages. */
export class TopicGates {
  readonly #parts: TopicGateParts;
  readonly #compile: CompileSchema;

  constructor(parts: TopicGateParts, compile: CompileSchema) {
    this.#parts = parts;
    this.#compile = compile;
  }

  /** Throws `invalid_params` if a topic cannot have these options. */
  check({ schema }: Partial<TopicOptions>): void {
    if (schema) this.#compile(schema);
  }

  /** The options of the topic are new, or others than before. */
  renew(topic: Topic): void {
    const { schema, max_depth, limit_message_expiry } = topic.options;
    const isPlain = schema === null && max_depth === null && limit_message_expiry === null;
    topic.gate = isPlain ? null : new TopicGate(this.#parts, topic, schema && this.#compile(schema));
  }
}
