import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WidePatterns } from '../../../src/broker/sweep/wide-patterns.js';

const widePatterns = suite('wide patterns');

widePatterns('knows each pattern once, and no topic names', () => {
  const patterns = new WidePatterns(['/a/*', '/a/b']);
  patterns.add(['/a/*', '/**', '/c']);
  assert.equal([...patterns.covering('/a/b')].sort(), ['/**', '/a/*']);
  assert.equal([...patterns.covering('/c')], ['/**']);
});

widePatterns('forgets what nobody had at a moment, unless it has been subscribed since', () => {
  const patterns = new WidePatterns(['/a/*', '/b/*']);
  const { moment } = patterns;
  patterns.add(['/b/*']);
  patterns.forget('/a/*', moment);
  patterns.forget('/b/*', moment);
  patterns.forget('/never', moment);
  assert.equal([...patterns.covering('/a/x')], []);
  assert.equal([...patterns.covering('/b/x')], ['/b/*']);
});

widePatterns.run();
