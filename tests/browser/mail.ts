// As much of SMTP and IMAP as a test needs to play the complainant.
import { connect, type Socket } from 'node:net';

let count = 0;

/** A plain letter. */
export function letters(from: string, to: string, subject: string, text: string, more: Record<string, string>) {
  const fields: Record<string, string> = {
    From: from,
    To: to,
    Subject: subject,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<browser-${process.pid}-${++count}@${from.split('@')[1]}>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...more,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `${head.join('\r\n')}\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}\r\n`;
}

/** A line-wise conversation with a server on this machine. */
class Line {
  private heard = '';
  private waiting?: () => void;
  private constructor(private socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (some: string) => {
      this.heard += some;
      this.waiting?.();
    });
  }

  static open(port: number): Promise<Line> {
    return new Promise((opened, failed) => {
      const socket = connect(port, '127.0.0.1', () => opened(new Line(socket)));
      socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 s')));
      socket.once('error', failed);
    });
  }

  /** Waits for what ends an answer; gives the answer. */
  async until(end: RegExp): Promise<string> {
    for (;;) {
      const found = end.exec(this.heard);
      if (found) {
        const answer = this.heard.slice(0, found.index + found[0].length);
        this.heard = this.heard.slice(answer.length);
        return answer;
      }
      await new Promise<void>((more, failed) => {
        this.waiting = more;
        this.socket.once('close', () => failed(new Error(`closed after: ${this.heard}`)));
      });
    }
  }

  say(words: string) {
    this.socket.write(`${words}\r\n`);
  }

  close() {
    this.socket.end();
  }
}

/** Hands a mail to an SMTP server; gives its last answer. */
export async function deliver(port: number, from: string, to: string, letter: string): Promise<string> {
  const line = await Line.open(port);
  const reply = /^\d{3} .*\r\n/m;
  const commands = ['EHLO test.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA'];
  await line.until(reply);
  for (const command of commands) {
    line.say(command);
    const answer = await line.until(reply);
    if (!/^[23]/m.test(answer)) throw new Error(`${command}: ${answer}`);
  }
  line.say(`${letter.replace(/^\./gm, '..')}.`);
  const answer = await line.until(reply);
  line.say('QUIT');
  line.close();
  if (!answer.startsWith('250')) throw new Error(answer);
  return answer.trim();
}

/** All mail in somebody's INBOX, each as text; asked again until there are `count`. */
export async function inbox(port: number, user: string, password: string, count: number): Promise<string[]> {
  const line = await Line.open(port);
  await line.until(/\* OK.*\r\n/);
  line.say(`a LOGIN "${user}" "${password}"`);
  await line.until(/^a OK.*\r\n/m);
  const until = Date.now() + 20_000;
  let letters: string[] = [];
  while (letters.length < count && Date.now() < until) {
    line.say('b SELECT INBOX');
    await line.until(/^b OK.*\r\n/m);
    line.say('c FETCH 1:* (BODY.PEEK[])');
    const answer = await line.until(/^c (OK|BAD|NO).*\r\n/m);
    letters = answer.split(/^\* \d+ FETCH .*\r\n/m).slice(1);
  }
  line.say('d LOGOUT');
  line.close();
  return letters;
}
