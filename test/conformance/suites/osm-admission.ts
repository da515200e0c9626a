import { Random } from '../../../sim/core/random.ts';
import { answerAdmissionReview } from '../../../sim/mesh/osm/admission-review.ts';
import { createOsmInjector } from '../../../sim/mesh/osm/injector.ts';
import { readCases } from '../golden.ts';
import { firstDifference } from '../osm/first-difference.ts';
import type { Suite } from '../suite.ts';

/** A line of admission-http.jsonl: an HTTP request to the webhook and its answer. */
interface AdmissionCase {
  name: string;
  request: string;
  requestContentType: string;
  status: number;
  contentType: string;
  body: string;
}

export const suite: Suite = {
  name: 'osm-admission',
  about: "OSM's webhook as an HTTP handler: status, content type, body",
  async *run(files, options) {
    for (const file of files) {
      for (const item of readCases<AdmissionCase>(file)) {
        if (options.caseName !== undefined && item.name !== options.caseName) continue;
        const injector = createOsmInjector({ random: new Random(0) });
        // The recorder's informer lists the namespace of its requests, with injection enabled.
        const namespaceOf = (name: string) => ({
          name,
          monitored: true,
          annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
        });
        const request = { contentType: item.requestContentType, body: item.request };
        const expected = { status: item.status, contentType: item.contentType, body: item.body };
        const actual = answerAdmissionReview(injector, request, namespaceOf);
        const found = firstDifference(expected, actual);
        const difference = options.sideBySide ? JSON.stringify({ expected, actual }, null, 2) : found;
        const status = found === undefined ? 'passed' : 'failed';
        yield { name: item.name, status, ...(difference === undefined ? {} : { difference }) };
      }
    }
  },
};
