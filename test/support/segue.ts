import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/segue.js', import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** A run of `segue` as a person starts it, with a data folder of its own and no browser. */
export class SegueProcess {
	out = '';
	err = '';
	readonly ended: Promise<Ended>;
	private readonly child: ChildProcess;

	constructor(home: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
		const env = { ...process.env, SEGUE_HOME: home, SEGUE_DEVICE: 'cpu', BROWSER: 'none', ...environment };
		this.child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			this.out += text;
		});
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.err += text;
		});
		this.ended = once(this.child, 'close').then(([code]) => ({ code, out: this.out, err: this.err }));
	}

	kill(signal: NodeJS.Signals): void {
		this.child.kill(signal);
	}

	/** The first match in what it wrote to either output; rejects where it ends without one. */
	async says(pattern: RegExp): Promise<RegExpExecArray> {
		const find = (): RegExpExecArray | null => pattern.exec(this.out) ?? pattern.exec(this.err);
		let over = false;
		void this.ended.then(() => {
			over = true;
		});
		for (;;) {
			const found = find();
			if (found) return found;
			if (over) throw new Error(`segue ended without saying ${pattern}: ${this.out}${this.err}`);
			await new Promise(resolve => setTimeout(resolve, 20));
		}
	}
}

export const segue = (home: string, ...args: string[]): Promise<Ended> => new SegueProcess(home, args).ended;
