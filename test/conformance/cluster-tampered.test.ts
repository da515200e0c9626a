import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare } from './cluster/compare.ts';
import { compareEventTexts } from './cluster/event-texts.ts';
import { compareObjectTexts, type ObjectTextInput } from './cluster/object-texts.ts';
import { play } from './cluster/play.ts';
import { readStory, type Story } from './cluster/story.ts';
import { compareStreamTexts } from './cluster/stream-texts.ts';

let story: Story;
let input: ObjectTextInput;

/** The recording with another text in one of kubectl's. */
function tampered(file: string, from: string | RegExp, to: string): ObjectTextInput {
  const text = story.texts.get(file) ?? '';
  const other = text.replace(from, to);
  expect(other).not.toBe(text);
  return { ...input, story: { ...story, texts: new Map([...story.texts, [file, other]]) } };
}

describe('the suite cluster finds what is not as recorded', () => {
  beforeAll(async () => {
    story = readStory(join(import.meta.dirname, '../golden/cluster/14-rollout-restart'));
    const { lab, names, observed, recorder } = await play(story);
    input = { story, observed, names, world: recorder.world, epochMs: lab.clock.epochMs };
  });

  it('in a text of a Deployment', () => {
    expect(compareObjectTexts(input)).toEqual([]);
    const other = tampered('describe-deployment', /2 updated/, '1 updated');
    expect(compareObjectTexts(other)).toEqual([expect.stringContaining('Deployment web')]);
  });

  it('in a text of a service', () => {
    const other = tampered('get-1-before', 'service/web   ClusterIP', 'service/web   NodePort ');
    expect(compareObjectTexts(other)).toEqual([expect.stringContaining('Service web')]);
  });

  it('in an event that kubectl listed', () => {
    expect(compareEventTexts(input)).toEqual([]);
    const other = tampered('events-cmd', 'from 0 to 2', 'from 0 to 3');
    expect(compareEventTexts(other)).toEqual([expect.stringContaining('events of Deployment/web')]);
  });

  it('in a watch, and in what rollout status said', () => {
    expect(compareStreamTexts(input)).toEqual([]);
    expect(compareStreamTexts(tampered('pod-watch-table', /0\/1( +Running)/, '1/1$1'))).toHaveLength(1);
    expect(compareStreamTexts(tampered('rollout-status', 'old replicas are', 'replicas are'))).toHaveLength(1);
  });

  it('in a probe’s result, and in the order of events', () => {
    expect(compare(story, input.observed)).toEqual([]);
    const probes = story.probes.map((entry, i) => (i === 3 ? { ...entry, result: 'error' } : entry));
    expect(compare({ ...story, probes }, input.observed)).toHaveLength(1);
    const events = story.events.map((entry) => (entry.reason === 'Killing' ? { ...entry, message: 'x' } : entry));
    expect(compare({ ...story, events }, input.observed).length).toBeGreaterThan(0);
  });
});
