import { describeStore } from './conformance.js';
import { memoryBench } from './memory-bench.js';

describeStore('memory store', memoryBench).run();
