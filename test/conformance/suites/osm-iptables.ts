import { iptablesScript, type LocalProxyMode } from '../../../sim/mesh/osm/iptables-rules.ts';
import { OSM_PROFILES } from '../../../sim/mesh/osm/profiles.ts';
import { readCases } from '../golden.ts';
import { firstDifference } from '../osm/first-difference.ts';
import { releaseOf } from '../osm/inject-case.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** A line of iptables-*.jsonl: arguments of the rule generator and the script it made. */
interface IptablesCase {
  name?: string;
  in: {
    Mode: LocalProxyMode;
    OutIPExcl: string[] | null;
    OutIPIncl: string[] | null;
    OutPorts: number[] | null;
    InPorts: number[] | null;
    Ifaces: string[] | null;
  };
  script: string;
}

export const suite: Suite = {
  name: 'osm-iptables',
  about: "the script of OSM's init container, exact text",
  async *run(files, options) {
    for (const file of files) {
      const profile = OSM_PROFILES[releaseOf(file, [])];
      for (const item of readCases<IptablesCase>(file)) {
        const name = item.name ?? JSON.stringify(item.in);
        if (options.caseName !== undefined && name !== options.caseName) continue;
        const exclusions = {
          outboundPorts: item.in.OutPorts ?? [],
          inboundPorts: item.in.InPorts ?? [],
          outboundIPRanges: item.in.OutIPExcl ?? [],
          includedOutboundIPRanges: item.in.OutIPIncl ?? [],
          networkInterfaces: item.in.Ifaces ?? [],
        };
        yield compare(name, item.script, iptablesScript(exclusions, item.in.Mode, profile), options.sideBySide);
      }
    }
  },
};

function compare(name: string, expected: string, actual: string, sideBySide: boolean): CaseResult {
  if (expected === actual && !sideBySide) return { name, status: 'passed' };
  const difference = sideBySide
    ? `expected:\n${expected}\ngot:\n${actual}`
    : firstDifference(expected.split('\n'), actual.split('\n'), 'line ');
  return {
    name,
    status: expected === actual ? 'passed' : 'failed',
    ...(difference === undefined ? {} : { difference }),
  };
}
