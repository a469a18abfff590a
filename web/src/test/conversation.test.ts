// The conversation holds every message once, in its order, and says how far one's own got.
import { expect, it } from 'vitest';
import { Conversation, type Arrived } from '../call/Conversation';

const me = { personId: 'me', name: 'Zoé' };
const message = (id: string, at: number, personId = 'other', text = `text ${id}`): Arrived => ({
  id,
  personId,
  name: personId,
  text,
  at,
});
const texts = (conversation: Conversation) => conversation.messages.map((one) => `${one.text}:${one.state}`);
const begin = (conversation: Conversation, text: string) => {
  const begun = conversation.begin(text, me, 50);
  if (!begun) throw new Error('it was not taken');
  return begun.id;
};

it('orders what arrives by when it was sent, and takes each once', () => {
  const conversation = new Conversation();
  conversation.receive([message('b', 2), message('c', 3)], 'me');
  expect(conversation.receive([message('a', 1), message('b', 2)], 'me').map((one) => one.id)).toEqual(['a']);
  expect(conversation.messages.map((one) => one.id)).toEqual(['a', 'b', 'c']);
});

it('tells of others’ messages only', () => {
  const conversation = new Conversation();
  expect(conversation.receive([message('a', 1, 'me'), message('b', 2)], 'me').map((one) => one.id)).toEqual([
    'b',
  ]);
  expect(conversation.messages.map((one) => one.own)).toEqual([true, false]);
});

it('shows nothing of nothing, and the beginning of what never ends', () => {
  const conversation = new Conversation();
  conversation.receive([message('a', 1, 'x', '  \n '), message('b', 2, 'x', 'y'.repeat(9000))], 'me');
  expect(conversation.messages.map((one) => one.text.length)).toEqual([5000]);
});

it('keeps one’s own words last until they have arrived', () => {
  const conversation = new Conversation();
  const id = begin(conversation, 'Bonjour');
  conversation.receive([message('z', 99)], 'me');
  expect(texts(conversation)).toEqual(['text z:sent', 'Bonjour:sending']);
  conversation.settle(id, message('m', 60, 'me', 'Bonjour'));
  expect(texts(conversation)).toEqual(['Bonjour:sent', 'text z:sent']);
});

it('shows one’s own words once, whichever comes first: the answer or the words themselves', () => {
  for (const answerFirst of [true, false]) {
    const conversation = new Conversation();
    const id = begin(conversation, 'Oui');
    const stored = message('m', 60, 'me', 'Oui');
    if (answerFirst) conversation.settle(id, stored);
    conversation.receive([stored], 'me');
    if (!answerFirst) conversation.settle(id, stored);
    expect(texts(conversation)).toEqual(['Oui:sent']);
  }
});

it('keeps the second of two equal messages on its way when the first comes back', () => {
  const conversation = new Conversation();
  begin(conversation, 'Oui');
  begin(conversation, 'Oui');
  conversation.receive([message('m', 60, 'me', 'Oui')], 'me');
  expect(texts(conversation)).toEqual(['Oui:sent', 'Oui:sending']);
});

it('says why a message failed, and lets it be tried again', () => {
  const conversation = new Conversation();
  const id = begin(conversation, 'Allô');
  expect(conversation.retry(id)).toBeNull();
  conversation.fail(id, 'unreachable');
  expect(conversation.messages[0]).toMatchObject({ state: 'failed', failure: 'unreachable' });
  expect(conversation.retry(id)).toMatchObject({ id, text: 'Allô' });
  expect(texts(conversation)).toEqual(['Allô:sending']);
});

it('finds a message that had arrived although it seemed to fail', () => {
  const conversation = new Conversation();
  const id = begin(conversation, 'Allô');
  conversation.fail(id, 'unreachable');
  conversation.receive([message('m', 60, 'me', 'Allô')], 'me');
  expect(conversation.waiting(id)).toBeNull();
  expect(conversation.retry(id)).toBeNull();
  expect(texts(conversation)).toEqual(['Allô:sent']);
});

it('lets only so many be on their way', () => {
  const conversation = new Conversation();
  for (let i = 0; i < 20; i++) begin(conversation, `n° ${i}`);
  expect(conversation.begin('one more', me, 50)).toBeNull();
  expect(conversation.messages).toHaveLength(20);
});

it('stays light in a long meeting, and does not announce again what made room', () => {
  const conversation = new Conversation();
  const all = Array.from({ length: 1200 }, (_, i) => message(String(i).padStart(4, '0'), i));
  expect(conversation.receive(all, 'me')).toHaveLength(1000);
  expect(conversation.messages).toHaveLength(1000);
  expect(conversation.receive(all.slice(0, 10), 'me')).toEqual([]);
  expect(conversation.messages[0]?.id).toBe('0200');
});
