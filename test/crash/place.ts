import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reader } from './cast.js';

/** A folder with a configuration and room for a store. */
export class Place {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
  /** Variables for a server that lives here. */
  readonly env: Record<string, string>;

  /** `limits`: what differs from the defaults. `folder`: where the store is, if not here. */
  constructor(limits: object = {}, folder = this.path) {
    const config = join(this.path, 'config.json');
    writeFileSync(config, JSON.stringify({ endpoints: [reader], limits }));
    this.env = { HOLDFAST_CONFIG: config, HOLDFAST_STORE: `sqlite:${join(folder, 'holdfast.db')}` };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
