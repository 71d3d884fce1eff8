import { HoldfastError } from '../../protocol/errors.js';
import { type ObjectText, readObject } from '../../protocol/members.js';
import { Request, type RequestEntry } from '../../protocol/request.js';

/** What came in to be published. */
export interface RestPublication {
  /** As in the path: with or without its first `/`, or the name of a service. */
  topicName: string;
  text: string;
  /** Null: the text is JSON that holds the attributes. Otherwise the text itself is `data`, of this type. */
  mimeType: string | null;
  /** Those that came beside the text. */
  attributes: Readonly<Record<string, unknown>>;
}

/** The request of `publish` that means the same. Throws what is wrong with the text, or with what stands where. */
export function publishRequest(publication: RestPublication, depthMax: number): RequestEntry {
  return publication.mimeType === null ? ofJson(publication, depthMax) : ofText(publication, publication.mimeType);
}

/** `data` and `user_ctx` are carried on as they stand in the body. */
function ofJson({ topicName, text, attributes }: RestPublication, depthMax: number): RequestEntry {
  // A frame has one level around these members.
  const { value, spans } = readBody(text, depthMax - 1);
  refuseMember(value, 'topic_name', 'stands in the path');
  for (const name of Object.keys(attributes)) refuseMember(value, name, 'is given in the query too');
  return new Request(text, null, 'publish', { ...attributes, ...value, topic_name: topicName }, spans);
}

function readBody(text: string, depthMax: number): ObjectText {
  if (text.trim() === '') throw new HoldfastError('invalid_request', 'The body is empty. Send {"data": …}.');
  try {
    return readObject(text, depthMax, 'The body');
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const advice =
      'Send {"data": …}, or tell by the Content-Type, such as text/plain, that the body itself is the data.';
    throw new HoldfastError(error.name, `${error.message}. ${advice}`, error.details);
  }
}

function ofText({ topicName, text, attributes }: RestPublication, mimeType: string): RequestEntry {
  refuseMember(attributes, 'mime_type', 'is told by the Content-Type');
  const json = JSON.stringify(text);
  return {
    kind: 'request',
    id: null,
    method: 'publish',
    params: { ...attributes, mime_type: mimeType, topic_name: topicName, data: text },
    dataSpaces: 0,
    raw: name => (name === 'data' ? json : undefined),
  };
}

function refuseMember(value: object, path: string, reason: string): void {
  if (Object.hasOwn(value, path))
    throw new HoldfastError('invalid_params', `publish: ${path} ${reason}`, { path, reason });
}
