import { describeStore } from './conformance.js';
import { sqliteBench } from './sqlite-bench.js';

describeStore('sqlite store', sqliteBench);
