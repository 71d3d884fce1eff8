import type { History } from './history.js';

/** One line that tells whether there was enough going on to find anything. */
export function summary(history: History): string {
  const count = (kind: History[number]['kind']) => history.filter(happening => happening.kind === kind).length;
  const delivered = history.flatMap(happening => (happening.kind === 'delivered' ? happening.messages : []));
  const again = delivered.filter(({ delivery_count }) => delivery_count > 1);
  const sent = new Map(history.flatMap(one => (one.kind === 'sent' ? [[one.n, one] as const] : [])));
  const inRam = delivered.filter(({ data }) => sent.get((data as { n: number }).n)?.isInRam);
  const unanswered = new Set(sent.keys());
  for (const happening of history) if (happening.kind === 'answered') unanswered.delete(happening.n);
  return [
    `${count('killed')} kills`,
    `${count('sent')} publishes`,
    `${count('refused')} refused`,
    `${unanswered.size} never answered`,
    `${delivered.length} deliveries`,
    `${again.length} of them again`,
    `${inRam.length} from memory`,
    `${count('held')} holds`,
    `${count('redriving')} redrives`,
    `${count('switched_off')} times off`,
    `${count('responded') + count('confirmed')} settlements`,
  ].join(', ');
}
