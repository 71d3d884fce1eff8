import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fillSection, hasSection, readSection } from '../../../bench/report/section.js';

const page = '# Page\n\nBefore.\n\n<!-- measured: one -->\n\nold\n\n<!-- end: one -->\n\nAfter.\n';

const section = suite('report: sections');

section('are filled, and nothing else of the page changes', () => {
  const filled = fillSection(page, 'one', '\n| new |\n');
  assert.is(filled, page.replace('old', '| new |'));
  assert.is(readSection(filled, 'one'), '| new |');
});

section('are filled twice like once', () => {
  const once = fillSection(page, 'one', 'new');
  assert.is(fillSection(once, 'one', 'new'), once);
});

section('take texts with dollar signs as they are', () => {
  assert.is(readSection(fillSection(page, 'one', '$& $1'), 'one'), '$& $1');
});

section('must be there', () => {
  assert.not(hasSection(page, 'two'));
  assert.is(readSection(page, 'two'), null);
  assert.throws(() => fillSection(page, 'two', 'x'), /no section "two"/);
});

section.run();
