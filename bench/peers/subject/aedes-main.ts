// aedes as its own documentation starts it: in memory, behind a TCP server.
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';

/** What the bench is told once it listens. */
export interface AedesStarted {
  port: number;
  version: string;
}

const packageFile = new URL('./package.json', import.meta.resolve('aedes'));
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, version } satisfies AedesStarted);
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(1));
