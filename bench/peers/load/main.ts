// The load generator for comparisons: the same loads over whatever protocol the target speaks.
import { serveLoads } from '../../load/serve.js';
import { preparePeerLoad } from './prepare.js';

serveLoads(preparePeerLoad);
