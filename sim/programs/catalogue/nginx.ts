import type { ImageDescription } from './image.ts';

/** nginx as it comes: the welcome page at / on port 80, everything else 404. */
export const nginx: ImageDescription = {
  names: ['nginx', 'nginxinc/nginx-unprivileged', 'registry.k8s.io/nginx', 'k8s.gcr.io/nginx'],
  entrypoint: ['/docker-entrypoint.sh'],
  args: ['nginx', '-g', 'daemon off;'],
  sizeBytes: 71_025_000,
  programs: {
    '/docker-entrypoint.sh': { kind: 'app', describe: () => welcome() },
    '/usr/sbin/nginx': { kind: 'app', describe: () => welcome() },
  },
  shell: true,
};

function welcome() {
  const page =
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n';
  const headers = { Server: 'nginx', 'Content-Type': 'text/html' };
  return {
    startup: 50,
    servers: [
      {
        port: 80,
        protocol: 'http' as const,
        routes: [
          { path: '/', status: 200, headers, body: page },
          { path: '/index.html', status: 200, headers, body: page },
          { path: '*', status: 404, headers, body: '<html>\n<head><title>404 Not Found</title></head>\n</html>\n' },
        ],
      },
    ],
  };
}
