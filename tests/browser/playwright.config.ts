// Debian's Chromium against the true binary, one page at a time: the tests share a world of two cores.
import { defineConfig } from '@playwright/test';

// ./test says where the counts and the artefacts go; by hand they go beside the other build products.
const results = process.env.POSTDESK_RESULTS ?? '../../target/test/browser';
const json = process.env.POSTDESK_BROWSER_JSON ?? `${results}.json`;

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: results,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: json }]],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox', // the tests may run as root, where Chromium's sandbox does not
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        // Nothing but the console is asked for anything.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
