import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../src/protocol/errors.js';
import { isPattern, isServiceName, isSystemName, pattern, serviceTopic, topicName } from '../../src/protocol/names.js';

const test = suite('names');

function refusal(check: () => string): HoldfastError {
  try {
    check();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

test('adds the leading slash that a name lacks', () => {
  assert.is(topicName('customer/new'), '/customer/new');
  assert.is(topicName('/customer/new'), '/customer/new');
  assert.is(pattern('customer/*'), '/customer/*');
  assert.is(pattern('**'), '/**');
});

test('takes any other characters as they are, case included', () => {
  for (const name of ['/Straße/Ünï', '/a b/c.d-e_f', '/😀', '/.', '/a?[b]{c}', '/%2F', '/\u00a0'])
    assert.is(topicName(name), name);
});

for (const [fault, text, reason] of [
  ['nothing', '', 'must not have an empty segment'],
  ['a lone slash', '/', 'must not have an empty segment'],
  ['two slashes', '/a//b', 'must not have an empty segment'],
  ['two slashes at the front', '//a', 'must not have an empty segment'],
  ['a slash at the end', '/a/', 'must not have an empty segment'],
  ['a line break', '/a\nb', 'must not contain control characters'],
  ['a zero', '/a\u0000', 'must not contain control characters'],
  ['DEL', '/a\u007f', 'must not contain control characters'],
  ['a C1 control', '/a\u0085b', 'must not contain control characters'],
  ['the last C1 control', '/a\u009fb', 'must not contain control characters'],
  ['half a surrogate pair', '/a\ud800b', 'must be well-formed Unicode'],
  ['half a surrogate pair at the end', '/a\ud83d', 'must be well-formed Unicode'],
  ['two second halves', '/\ude00\ude00', 'must be well-formed Unicode'],
  ['a second half alone', '/\ude00\ud83d', 'must be well-formed Unicode'],
] as const) {
  test(`refuses ${fault} in names and patterns, with path and reason`, () => {
    for (const check of [topicName, pattern]) {
      const error = refusal(() => check(text));
      assert.is(error.name, 'invalid_params');
      assert.equal(error.details, { path: 'topic_name', reason });
    }
  });
}

test('names the parameter that the caller read the name from', () => {
  assert.is(refusal(() => pattern('//', 'topic_name_list/3')).details.path, 'topic_name_list/3');
});

test('measures 500 bytes of UTF-8, the leading slash included', () => {
  assert.is(topicName('a'.repeat(499)).length, 500);
  assert.match(String(refusal(() => topicName('a'.repeat(500))).details.reason), '500 bytes');
  assert.is(topicName(`/${'é'.repeat(249)}a`).length, 251);
  assert.match(String(refusal(() => topicName(`/${'é'.repeat(250)}`)).details.reason), '500 bytes');
});

test('takes stars in patterns but not in names', () => {
  assert.is(refusal(() => topicName('/a/*')).details.reason, 'must not contain *');
  for (const text of ['/*', '/a*b*/c', '/**', '/a/**/b/**', '/*/**']) assert.is(pattern(text), text);
});

test('takes two stars only as a whole segment', () => {
  for (const text of ['/a**', '/**b', '/***', '/a/b**c/d', '/**/x**']) {
    assert.is(refusal(() => pattern(text)).details.reason, 'must have ** only as a whole segment');
  }
});

test('tells patterns from names by the star', () => {
  assert.is(isPattern('/a/*'), true);
  assert.is(isPattern('/a/b'), false);
});

test('knows system topics by whole segments of their prefix', () => {
  for (const name of ['/holdfast', '/holdfast/dead-letter', '/zato/s/to', '/zato/s/to/my_api']) {
    assert.is(isSystemName(name), true, name);
  }
  for (const name of [
    '/holdfasts/x',
    '/Holdfast/x',
    '/a/holdfast/x',
    '/zato',
    '/zato/s',
    '/zato/s/tom',
    '/zato/orders',
  ]) {
    assert.is(isSystemName(name), false, name);
  }
});

test('leads a service to its topic, dots turned into underscores', () => {
  assert.is(serviceTopic('my.api.customer.new'), '/zato/s/to/my_api_customer_new');
});

test('takes for a service only what has no slash and gives a valid topic', () => {
  for (const name of ['my.api.new', 'x', 'a_b-c']) assert.is(isServiceName(name), true, name);
  for (const name of ['', '/a', 'a/b', 'a*', 'a\nb', 'a'.repeat(500)]) assert.is(isServiceName(name), false, name);
});

test.run();
