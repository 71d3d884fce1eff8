import type { PublishReply } from '../broker/publish/publisher.js';
import { errorText, resultText } from '../protocol/answer.js';
import type { PublishParams } from '../protocol/api.gen.js';
import { HoldfastError } from '../protocol/errors.js';
import type { RequestEntry } from '../protocol/request.js';
import type { Answer, Caller, RawOf } from './caller.js';
import { newCid } from './cid.js';
import { methods } from './methods/index.js';
import type { Context } from './methods/method.js';
import { publish } from './methods/publish.js';
import { isPlain } from './plain-publish.js';
import type { Schemas } from './schemas.js';

/** What hears the answer of a request: its text, or null for a notification, and what is to happen after it is sent. */
export type AnswerTo = (text: string | null, after?: () => void) => void;

/** Where faults of our own are told. */
export interface FaultLog {
  error(details: object, message: string): void;
}

interface Runnable {
  roles?: readonly string[];
  run(context: Context, caller: Caller, params: unknown, raw: RawOf): Promise<Answer>;
}

/** From a request to its answer: schema, role, method. */
export class Dispatcher {
  readonly #context: Context;
  readonly #schemas: Schemas;
  readonly #log: FaultLog;
  readonly #methods = new Map<string, Runnable>(methods.map(method => [method.name, method as Runnable]));

  constructor(context: Context, schemas: Schemas, log: FaultLog) {
    this.#context = context;
    this.#schemas = schemas;
    this.#log = log;
  }

  /** Carries out one request. `answer` is called exactly once, at once or later. */
  call(caller: Caller, request: RequestEntry, answer: AnswerTo): void {
    try {
      if (request.method !== 'publish' || !isPlain(request.params)) this.#schemas.check(request.method, request.params);
      if (request.method === 'publish') this.#publish(caller, request, answer);
      else this.#run(caller, request, answer);
    } catch (error) {
      this.#fail(request.id, request.method, error, answer);
    }
  }

  /** Throws what is wrong with the parameters. */
  check(method: string, params: unknown): void {
    this.#schemas.check(method, params);
  }

  /** Carries out a request whose parameters were checked, for who wants its bare result. Throws what went wrong. */
  async result(caller: Caller, request: RequestEntry): Promise<string> {
    if (request.method !== 'publish') {
      const { json, after } = await this.#start(caller, request);
      after?.();
      return json;
    }
    return new Promise((resolve, failed) => {
      const published = (msgId: string, isDuplicate: boolean, isInRam = false) =>
        resolve(publishedJson(msgId, isDuplicate, isInRam));
      const params = request.params as unknown as PublishParams;
      publish(this.#context, caller, params, request, { published, failed });
    });
  }

  #publish(caller: Caller, request: RequestEntry, answer: AnswerTo): void {
    const reply = new PublishAnswer(request.id, answer, this.#fail);
    publish(this.#context, caller, request.params as unknown as PublishParams, request, reply);
  }

  #run(caller: Caller, request: RequestEntry, answer: AnswerTo): void {
    this.#start(caller, request).then(
      ({ json, after }) => answer(request.id === null ? null : resultText(request.id, json), after),
      error => this.#fail(request.id, request.method, error, answer),
    );
  }

  #start(caller: Caller, request: RequestEntry): Promise<Answer> {
    const method = this.#methods.get(request.method)!;
    const { role, username } = caller.endpoint;
    if (method.roles && !method.roles.includes(role)) throw notForRole(request.method, username, role, method.roles);
    return method.run(this.#context, caller, request.params ?? {}, name => request.raw(name));
  }

  readonly #fail: Fail = (id, method, error, answer) => {
    const told = error instanceof HoldfastError ? error : this.#faultOf(method, error);
    answer(id === null ? null : errorText(id, told));
  };

  /** A fault of our own is told without its details, which are in the log. */
  #faultOf(method: string, error: unknown): HoldfastError {
    const cid = newCid();
    this.#log.error({ cid, err: error, method }, 'a request failed by a fault of the broker');
    const message = 'A fault of the broker itself; its log has more under this cid.';
    return new HoldfastError('internal_error', message, { cid });
  }
}

type Fail = (id: string | null, method: string, error: unknown, answer: AnswerTo) => void;

/** Answers one publish: a class, because there is one for each message. It holds no request, whose text is long. */
class PublishAnswer implements PublishReply {
  readonly #id: string | null;
  readonly #answer: AnswerTo;
  readonly #fail: Fail;

  constructor(id: string | null, answer: AnswerTo, fail: Fail) {
    this.#id = id;
    this.#answer = answer;
    this.#fail = fail;
  }

  published(msgId: string, isDuplicate: boolean, isInRam = false): void {
    const id = this.#id;
    if (id === null) this.#answer(null);
    else this.#answer(resultText(id, publishedJson(msgId, isDuplicate, isInRam)));
  }

  failed(error: unknown): void {
    this.#fail(this.#id, 'publish', error, this.#answer);
  }
}

function publishedJson(msgId: string, isDuplicate: boolean, isInRam: boolean): string {
  const more = isDuplicate ? ',"duplicate":true' : isInRam ? ',"has_gd":false' : '';
  return `{"msg_id":"${msgId}"${more}}`;
}

function notForRole(method: string, username: string, role: string, roles: readonly string[]): HoldfastError {
  return new HoldfastError(
    'forbidden',
    `${method} is for the role ${roles.join(' or ')}; endpoint "${username}" has the role ${role}. An admin can change that with endpoint.update.`,
  );
}
