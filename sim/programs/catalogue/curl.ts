import type { ImageDescription } from './image.ts';

/** curl's own image: the init containers of OSM's control plane wait with it. */
export const curl: ImageDescription = {
  names: ['curlimages/curl', 'openservicemesh/alpine-curl'],
  entrypoint: ['curl'],
  args: ['--help'],
  // curl_user
  user: 100,
  sizeBytes: 5_580_000,
  programs: {},
  shell: true,
};
