// Compiles everything into `build/`, unless it is already there: `npm start` is to be quick, and a build that is
// merely skipped when nothing changed costs nothing in trust.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'build');
const stamp = join(out, '.inputs');
const inputs = ['src', 'test', 'bench', 'examples', 'tsconfig.json', 'package-lock.json', 'scripts/build.mjs'];

/**
 * A digest of what goes into the build. Names, sizes and both times, not contents: a changed, added, removed or
 * renamed file shows in one of them, and `ctime` also moves when a file is replaced by one with an older `mtime`.
 */
function fingerprint() {
  const digest = createHash('sha256');
  for (const path of inputs.flatMap(filesIn).sort()) {
    const { size, mtimeMs, ctimeMs } = statSync(join(root, path));
    digest.update(`${path} ${size} ${mtimeMs} ${ctimeMs}\n`);
  }
  return digest.digest('hex');
}

function filesIn(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1));
}

// Taken before the compiler runs: what is saved while it works belongs to the next build.
const wanted = fingerprint();
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) process.exit(0);

// From an empty folder, so that a deleted source does not live on as a stale file.
rmSync(out, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' });
if (status === 0) writeFileSync(stamp, wanted);
process.exit(status ?? 1);
