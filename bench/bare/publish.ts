// Durable publish with nothing around it: ws, JSON.parse, one transaction for all that came meanwhile, the answers.
import { Commits } from './commits.js';
import { listen } from './listen.js';
import type { Request } from './turn.js';

const commits = new Commits(process.argv[2]!, (turn, lastPosition) => turn.answer(lastPosition));

listen({
  text: (connection, text) => commits.open.add(connection, JSON.parse(text) as Request | Request[]),
  close: () => commits.close(),
});
