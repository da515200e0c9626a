import { describe, expect, test } from 'vitest';
import { readCases } from '../../../test/conformance/golden.ts';
import type { Event, KubeObject } from '../../kube/objects.ts';
import { RESOURCES } from './resources.ts';
import { printTable } from './table.ts';

/** One object, and what kubectl's own printers made of it. */
interface Printed {
  name: string;
  object: KubeObject;
  others?: KubeObject[];
  events?: Event[];
  now: number;
  describe?: string;
  get: string;
  wide: string;
}

const PRINTED = readCases<Printed>('test/recordings/printers.jsonl.gz').map((one) => ({
  ...one,
  kind: one.object.kind,
}));

describe('random objects', () => {
  test.each(PRINTED)(
    '$kind $name looks as kubectl prints it',
    ({ object, others = [], events = [], now, ...printed }) => {
      const resource = RESOURCES.find(({ kind }) => kind === object.kind);
      const cluster = { objects: [object, ...others], events };
      const get = (wide: boolean) => printTable(resource?.table([object], { now, wide }) ?? { headers: [], rows: [] });
      expect(get(false)).toBe(printed.get);
      expect(get(true)).toBe(printed.wide);
      if (printed.describe !== undefined) expect(resource?.describe?.(object, cluster, now)).toBe(printed.describe);
    },
  );
});
