/** The texts of JSON-RPC messages that go out. Ids, results and params come as JSON text, and go out as they are. */
import type { HoldfastError } from './errors.js';

export function resultText(id: string, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${resultJson}}`;
}

/** `error.data` tells what became of the request, with the details of the error beside it. */
export function errorText(id: string, error: HoldfastError): string {
  const { code, outcome, retryable } = error.kind;
  const data = { name: error.name, outcome, retryable, ...error.details };
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message: error.message, data })}}`;
}

export function requestText(id: number, method: string, paramsJson: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${paramsJson}}`;
}

export function notificationText(method: string, paramsJson: string): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${paramsJson}}`;
}
