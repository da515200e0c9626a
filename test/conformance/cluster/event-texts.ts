import type { Event } from '../../../sim/kube/objects.ts';
import { describeEvents } from '../../../sim/report/kubectl/describe-events.ts';
import { DescribeWriter } from '../../../sim/report/kubectl/describe-writer.ts';
import { eventsCommandTable, eventTable } from '../../../sim/report/kubectl/event-tables.ts';
import { printTable } from '../../../sim/report/kubectl/table.ts';
import type { ObjectTextInput } from './object-texts.ts';
import { NEW_NAMESPACE } from './story.ts';
import { ASKED_WITHIN_S, comparable, firstDifference, firstIfAll, snapshotTexts } from './text-lines.ts';

/** Where a row of a table of events begins. */
const ROW = /\n(?=\S+(?: \(x\d+ over \S+\))? +(?:Normal|Warning) )/;

/** A described object by a field that no other kind has. */
const KIND_BY_FIELD = {
  StrategyType: 'Deployment',
  'Pods Status': 'ReplicaSet',
  AddressType: 'EndpointSlice',
  'Session Affinity': 'Service',
  'Service Account': 'Pod',
} as const;

type Form = 'described' | 'kubectl events' | 'kubectl get events';

/** What one text says of the events about one object. */
interface Block {
  /** `Pod/web`, with its recorded name. */
  about: string;
  form: Form;
  entries: string[];
}

/**
 * Compares what kubectl's texts say of events: of each object those that it had when kubectl asked, each with its count.
 * Their order is that of whole seconds, so it is not compared. Says what differs, one entry for each object and text.
 */
export function compareEventTexts(input: ObjectTextInput): string[] {
  return snapshotTexts(input.story).flatMap(({ file, body, at }) =>
    blocksOf(file, body).flatMap((block) => {
      const difference = firstIfAll(at.map((time) => compareBlock(input, block, time)));
      return difference === undefined ? [] : [`${file}.txt events of ${block.about}: ${difference}`];
    }),
  );
}

function blocksOf(file: string, body: string): Block[] {
  if (/^describe-/.test(file)) return body.split(/^(?=Name: )/m).flatMap(describedBlock);
  if (/^events/.test(file) && file !== 'events') return listedBlocks(body, 'kubectl events');
  if (/^(?:getevents|events$)/.test(file)) return listedBlocks(body, 'kubectl get events');
  return [];
}

function describedBlock(text: string): Block[] {
  const name = /^Name: +(\S+)/.exec(text)?.[1];
  const [head = '', section] = text.split(/^Events:/m);
  const field = Object.keys(KIND_BY_FIELD).find((candidate) => head.includes(`\n${candidate}:`));
  if (name === undefined || section === undefined || field === undefined) return [];
  const kind = KIND_BY_FIELD[field as keyof typeof KIND_BY_FIELD];
  return [
    { about: `${kind}/${name}`, form: 'described', entries: entriesOf(section, /^(?= {2}(?:Normal|Warning) )/m) },
  ];
}

/** The rows of a table by the object that they are about. */
function listedBlocks(body: string, form: Form): Block[] {
  const blocks = new Map<string, Block>();
  // `kubectl events` breaks the lines of a message.
  for (const row of body.trimEnd().split(ROW).slice(1)) {
    const object = / (?:Normal|Warning) +\S+ +([A-Za-z]+)\/(\S+) /.exec(row);
    if (object === null) continue;
    const kind = KINDS.find((candidate) => candidate.toLowerCase() === object[1]?.toLowerCase()) ?? object[1];
    const about = `${kind}/${object[2]}`;
    const block = blocks.get(about) ?? { about, form, entries: [] };
    blocks.set(about, block);
    block.entries.push(row.trimEnd());
  }
  return [...blocks.values()];
}

const KINDS = ['Pod', 'Deployment', 'ReplicaSet', 'Service', 'Endpoints', 'EndpointSlice'];

function entriesOf(section: string, boundary: RegExp): string[] {
  const [, ...entries] = section.split(boundary);
  return entries.map((entry) => entry.trimEnd());
}

/** After each number of writes that kubectl may have seen, and of one object or of all that had this name. */
function compareBlock(input: ObjectTextInput, block: Block, at: number): string | undefined {
  const { story, names, world, epochMs } = input;
  const recorded = story.events.filter(({ object }) => object === block.about);
  const played = world.eventsAfterEachWrite((event) => {
    const { kind, name } = event.involvedObject;
    return names.inText(`${kind}/${name}`) === block.about ? block.about : undefined;
  });
  const least = recorded.filter(({ t }) => t <= at).length;
  const most = recorded.filter(({ t }) => t <= at + ASKED_WITHIN_S).length;
  const expected = sorted(block.entries.filter((entry) => !entry.includes(NEW_NAMESPACE)));
  let first: string | undefined;
  for (let count = least; count <= most; count++) {
    const events = count === 0 ? [] : played[count - 1]?.events;
    if (events === undefined) continue;
    for (const some of sameObject(events, block.form)) {
      const entries = render(some, block.form, epochMs + at * 1000).map((entry) => names.inText(entry));
      const difference = firstDifference(expected, sorted(entries));
      if (difference === undefined) return undefined;
      first ??= difference;
    }
  }
  return first ?? 'the run has no such events then';
}

/** `describe` shows the events of one object, whoever else had its name. */
function sameObject(events: readonly Event[], form: Form): (readonly Event[])[] {
  const uids = form === 'described' ? [...new Set(events.map(({ involvedObject }) => involvedObject.uid))] : [];
  return [events, ...uids.map((uid) => events.filter(({ involvedObject }) => involvedObject.uid === uid))];
}

function render(events: readonly Event[], form: Form, now: number): string[] {
  if (form !== 'described') {
    const table = form === 'kubectl events' ? eventsCommandTable(events, { now }) : eventTable(events, { now });
    return events.length === 0
      ? []
      : printTable(table, { noHeaders: true })
          .trimEnd()
          .split(ROW)
          .map((row) => row.trimEnd());
  }
  const w = new DescribeWriter();
  describeEvents(w, events, now);
  return entriesOf(w.toString(), /^(?= {2}(?:Normal|Warning) )/m);
}

function sorted(entries: readonly string[]): string[] {
  return entries.map((entry) => comparable(` ${entry}`.split('\n')).join('\n')).sort();
}
