import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { packageRoot } from '../package-root.js';
import { complaints } from './complaints.js';
import { ConfigError } from './config-error.js';
import { nameFaults } from './names.js';
import { networkFaults } from './networks.js';
import type { Settings } from './settings.js';

let validate: ValidateFunction<Settings> | undefined;

/** Checks what a source sets. `origin`: its name for the message. Throws `ConfigError` with a line for each fault. */
export function checkSettings(given: unknown, origin: string): Settings {
  validate ??= compile();
  const isValid = validate(given);
  const faults = isValid ? [...nameFaults(given), ...networkFaults(given)] : complaints(validate.errors ?? []);
  if (isValid && faults.length === 0) return given;
  throw new ConfigError(faults.map(fault => `${origin}: ${fault}`).join('\n'));
}

function compile(): ValidateFunction<Settings> {
  const schema = JSON.parse(readFileSync(new URL('schemas/config.json', packageRoot()), 'utf8')) as object;
  // An operator wants to hear of all faults at once, in words that are made of the schema and the value.
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false });
  ajv.addVocabulary(['x-form']);
  ajv.addKeyword({ keyword: 'maxBytes', type: 'string', schemaType: 'number', validate: isWithinBytes });
  return ajv.compile<Settings>(schema);
}

function isWithinBytes(max: number, text: string): boolean {
  return Buffer.byteLength(text) <= max;
}
