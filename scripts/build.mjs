// Compiles everything into an empty `build/`, so that a deleted source never lives on as a stale file.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

rmSync('build', { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
