import { describe, expect, it } from 'vitest';
import { readCases } from '../../../test/conformance/golden.ts';
import { humanDuration } from '../../kube/human-duration.ts';
import type { Event } from '../../kube/objects.ts';
import { age } from './age.ts';
import { eventAge } from './event-age.ts';

describe('humanDuration', () => {
  const cases = readCases<{ ms: number; text: string }>('test/golden/human-duration.jsonl');
  it.each(cases)('$ms ms is $text', ({ ms, text }) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it('has a word for a missing time', () => {
    expect(age(undefined, 0)).toBe('<unknown>');
    expect(age(null, 0)).toBe('<unknown>');
  });
});

interface StoredEvent {
  Count: number;
  FirstMs: number;
  LastMs: number;
  Age: string;
}

describe('eventAge', () => {
  const cases = readCases<{ name: string; endMs: number; stored: StoredEvent[] }>('test/golden/events.jsonl');
  it.each(cases)('shows the ages of $name', ({ endMs, stored }) => {
    const time = (ms: number) => new Date(ms).toISOString();
    const ages = stored.map((event) =>
      eventAge(
        {
          count: event.Count,
          firstTimestamp: time(event.FirstMs),
          lastTimestamp: time(event.LastMs),
          eventTime: null,
        } as Event,
        endMs,
      ),
    );
    expect(ages).toEqual(stored.map((event) => event.Age));
  });
});
