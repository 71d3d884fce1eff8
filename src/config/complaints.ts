import type { ErrorObject } from 'ajv/dist/2020.js';

const complaintsMax = 10;
const shownCharsMax = 60;
/** What is wrong with these may be told, what they are may not: secrets, and what somebody may have put them into. */
const secret = /^(endpoints|subscriptions)(\[\d+\])?$|(^|\.)(password|password_hash|route|secret|headers)($|\.|\[)/;

/** The parts of a schema that a complaint is made of. */
interface Described {
  description?: string;
  'x-form'?: string;
  properties?: object;
}

/** What validation found, each as a sentence with the place, what is wrong and what would be right. */
export function complaints(errors: ErrorObject[]): string[] {
  // Which members were missing in each alternative is said once, of all alternatives together.
  const told = errors.filter(
    error => !(error.keyword === 'required' && error.schemaPath.includes('/oneOf/')) && !isAlternative(error),
  );
  return told.slice(0, complaintsMax).map(complaint);
}

/** What is wrong with each of several forms is told by naming them all. */
function isAlternative({ schemaPath }: ErrorObject): boolean {
  return schemaPath.includes('/anyOf/');
}

function complaint(error: ErrorObject): string {
  const path = dotted(error.instancePath);
  const parent = (error.parentSchema ?? {}) as Described;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = error.params.additionalProperty as string;
      return `${[path, name].filter(Boolean).join('.')} is not known. Known here: ${known(parent)}.`;
    }
    case 'required':
      return `${path} lacks ${error.params.missingProperty}.`;
    case 'oneOf':
      return `${path} must have either password or password_hash.`;
    default:
      return `${path || 'the configuration'} ${demand(error, parent)}${shown(path, error.data)}.${meaning(parent)}`;
  }
}

function demand(error: ErrorObject, parent: Described): string {
  if (error.keyword === 'enum') return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
  if (error.keyword === 'maxBytes') return `must be at most ${error.schema} bytes long`;
  if (error.keyword === 'pattern' || (error.keyword === 'anyOf' && parent['x-form']))
    return `must be ${parent['x-form']}`;
  return error.message ?? 'is not valid';
}

function shown(path: string, value: unknown): string {
  if (secret.test(path)) return '';
  // An object or a list may hold anything.
  if (typeof value === 'object' && value !== null) return `, not ${Array.isArray(value) ? 'array' : 'object'}`;
  const json = JSON.stringify(value) ?? String(value);
  return `, not ${json.length > shownCharsMax ? `${json.slice(0, shownCharsMax)}…` : json}`;
}

function meaning({ description }: Described): string {
  return description === undefined ? '' : ` It is: ${description}`;
}

function known({ properties = {} }: Described): string {
  return Object.keys(properties).join(', ');
}

/** `/endpoints/0/username` → `endpoints[0].username`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}
