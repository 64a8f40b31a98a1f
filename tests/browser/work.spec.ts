// A postmaster's day: a complaint arrives in the open page, is acknowledged, worked and closed.
import { test, expect, signIn } from './console';
import { inbox } from './mail';

test('a complaint appears in the open page, is acknowledged, and is worked to its end', async ({ desk, as }) => {
  const page = await as('paul');
  await page.goto('/tickets');
  await expect(page.getByRole('heading', { name: 'Tickets', level: 1 })).toBeVisible();

  const complainant = 'jane.roe@example.net';
  await desk.send(complainant, 'Spam from 192.0.2.7', 'I complain about unsolicited spam from your server 192.0.2.7. Please stop it.');
  const row = page.getByRole('link', { name: /Spam from 192\.0\.2\.7/ }).first();
  await expect(row, 'it appears without reloading').toBeVisible({ timeout: 15_000 });

  const [acknowledgement] = await inbox(Number(desk.world.IMAP_PORT), complainant, desk.world.MAIL_PASSWORD, 1);
  expect(acknowledgement).toMatch(/^Return-Path: <>/m);
  expect(acknowledgement).toMatch(/^Auto-Submitted: auto-replied/m);
  expect(acknowledgement).toMatch(/^In-Reply-To: </m);
  expect(acknowledgement).toMatch(/^References: </m);
  expect(acknowledgement).toMatch(/^Subject: .*\[college\.test #\d+\]/m);

  await row.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Spam from 192.0.2.7');
  await expect(page.getByRole('region', { name: 'State' }).getByText('acknowledged').first()).toBeVisible();
  await expect(page.locator('#timeline')).toContainText('accepted by');
  await page.getByText('Why is this a complaint?').click();
  await expect(page.getByRole('region', { name: 'How it was read' })).toContainText('spam');

  await page.getByRole('button', { name: /investigat/i }).click();
  await expect(page.getByRole('region', { name: 'State' }).getByText('investigating').first()).toBeVisible();

  await page.getByLabel('Note', { exact: true }).fill('The account was suspended at nine.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await expect(page.locator('#timeline')).toContainText('The account was suspended at nine.');

  await page.getByLabel('Message', { exact: true }).fill('We found the account and stopped it.\nThank you for telling us.');
  await page.getByRole('button', { name: 'Preview the reply' }).click();
  await expect(page.getByRole('region', { name: 'The mail' })).toContainText('We found the account and stopped it.');
  await page.getByRole('button', { name: 'Send the reply' }).click();
  await expect(page.locator('#timeline')).toContainText('We found the account and stopped it.');
  const letters = await inbox(Number(desk.world.IMAP_PORT), complainant, desk.world.MAIL_PASSWORD, 2);
  const reply = letters.find((letter) => letter.includes('We found the account'));
  expect(reply).toBeDefined();
  expect(reply).not.toMatch(/^Auto-Submitted: auto/m);
  expect(reply, 'no name of the staff leaves').not.toContain('Adeyemi');

  await page.reload();
  await page.locator('summary', { hasText: /close/i }).or(page.getByRole('button', { name: /close/i })).first().click();
  const reason = page.getByRole('dialog').getByLabel(/Reason/);
  if (await reason.isVisible()) {
    await reason.fill('Settled; the reporter was told.');
    await page.getByRole('dialog').getByRole('button', { name: /close/i }).click();
  }
  await expect(page.getByRole('region', { name: 'State' }).getByText('closed').first()).toBeVisible();
});

test('who comes second is told, and keeps the typed text', async ({ desk, browser, as }) => {
  const page = await as('paul');
  await desk.send('kim@example.org', 'Abuse report', 'Please stop the abuse and spam that comes from your network 192.0.2.8.');
  await page.goto('/tickets');
  await page.getByRole('link', { name: /Abuse report/ }).first().click();
  await page.getByLabel('Note', { exact: true }).fill('typed by Paul');

  const other = await browser.newContext({ baseURL: desk.url, javaScriptEnabled: false });
  const second = await other.newPage();
  await signIn(second, 'amira');
  await second.goto(page.url());
  await second.getByLabel('Note', { exact: true }).fill('written by Amira');
  await second.getByRole('button', { name: 'Add the note' }).click();
  await other.close();

  await page.getByRole('button', { name: 'Add the note' }).click();
  await expect(page.getByRole('main')).toContainText(/typed by Paul/);
});

test('the sign-in page says no more to a wrong password than to an unknown account', async ({ page }) => {
  const words: string[] = [];
  for (const login of ['paul', 'nobody-at-all']) {
    await page.goto('/sign-in');
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    words.push(await page.getByRole('alert').innerText());
  }
  expect(words[0]).toBe(words[1]);
});
