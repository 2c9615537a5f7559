import { lstatSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import type { premierepro } from '@adobe/premierepro';
import { WebSocket } from 'ws';

export type RealmOptions = {
	/** The folder of the built plugin. */
	readonly plugin: string;
	readonly premiere: premierepro;
	/** What the engine's file in the data folder says; null where there is none. */
	readonly engineFile: () => string | null;
	/** The plugin's folder for temporary files. */
	readonly temporary: string;
	/** How many of the first connections UXP refuses although the manifest allows them, as it does after a cold start. */
	readonly coldDenials?: number;
	/** Ports that tests listen on, beside those that the manifest names. */
	readonly alsoAllowed?: readonly number[];
};

/** What the plugin's entry page shows. */
export type RealmPage = { readonly text: string; readonly webview: string | null; click(): void };

/**
 * Runs the built host script in a realm of its own that holds only what UXP has: no fetch, no TextDecoder, no
 * MutationObserver, no process. Its WebSocket asks the manifest first, as UXP's does.
 *
 * @returns what the entry page shows, and what ends the script's connections
 */
export const startInRealm = (options: RealmOptions): { page: RealmPage; close(): void } => {
	const { network } = JSON.parse(readFileSync(join(options.plugin, 'manifest.json'), 'utf8')).requiredPermissions;
	const allowed = [...network.domains, ...(options.alsoAllowed ?? []).map(port => `ws://127.0.0.1:${port}`)];
	const sockets: WebSocket[] = [];
	const timers = new Set<NodeJS.Timeout>();
	let denials = options.coldDenials ?? 0;

	const elements = new Map(['page', 'state', 'text', 'again'].map(id => [id, element()]));
	const realm = createContext({
		console,
		setTimeout: (then: () => void, milliseconds: number) => {
			const timer = setTimeout(() => {
				timers.delete(timer);
				then();
			}, milliseconds);
			timers.add(timer);
			return timer;
		},
		clearTimeout: (timer: NodeJS.Timeout) => {
			timers.delete(timer);
			clearTimeout(timer);
		},
		WebSocket: function open(url: string) {
			if (denials-- > 0 || !allowed.includes(new URL(url).origin.replace(/^null$/, url.replace(/\/ws$/, '')))) {
				throw new Error(`Permission denied to the url ${url}. Manifest entry not found`);
			}
			const socket = new WebSocket(url, { origin: 'uxp://segue' });
			sockets.push(socket);
			return socket;
		},
		document: {
			getElementById: (id: string) => elements.get(id) ?? null,
			createElement: () => element(),
		},
		require: (name: string) => {
			const modules: Record<string, object> = {
				premierepro: options.premiere,
				uxp: {
					host: { name: 'premierepro', version: '26.3.0' },
					storage: { localFileSystem: { getTemporaryFolder: async () => ({ nativePath: options.temporary }) } },
				},
				os: { homedir: () => '/Users/editor', platform: () => 'darwin' },
				fs: files(options),
			};
			const found = modules[name];
			if (!found) throw new Error(`Module not found: ${name}`);
			return found;
		},
	});
	runInContext(readFileSync(join(options.plugin, 'index.js'), 'utf8'), realm);
	return {
		page: {
			get text() {
				return elements.get('state')!.style.display === 'none' ? '' : elements.get('text')!.textContent;
			},
			get webview() {
				return elements.get('page')!.children[0]?.attributes.get('src') ?? null;
			},
			click: () => elements.get('again')!.listeners.get('click')?.(),
		},
		close: () => {
			for (const timer of timers) clearTimeout(timer);
			for (const socket of sockets) socket.terminate();
		},
	};
};

type DoubleElement = {
	textContent: string;
	innerHTML: string;
	readonly style: { display: string };
	readonly children: DoubleElement[];
	readonly attributes: Map<string, string>;
	readonly listeners: Map<string, () => void>;
	setAttribute(name: string, value: string): void;
	appendChild(child: DoubleElement): void;
	addEventListener(type: string, listener: () => void): void;
};

const element = (): DoubleElement => {
	const children: DoubleElement[] = [];
	const attributes = new Map<string, string>();
	const listeners = new Map<string, () => void>();
	return {
		textContent: '',
		get innerHTML() {
			return '';
		},
		set innerHTML(_: string) {
			children.length = 0;
		},
		style: { display: '' },
		children,
		attributes,
		listeners,
		setAttribute: (name, value) => attributes.set(name, value),
		appendChild: child => children.push(child),
		addEventListener: (type, listener) => listeners.set(type, listener),
	};
};

/** UXP's fs: addresses with a scheme, and only whole files. */
const files = ({ temporary, engineFile }: RealmOptions) => {
	const pathOf = (address: string): string => {
		const found = /^plugin-temp:\/(.*)$/.exec(address);
		if (!found) throw new Error(`Permission denied to ${address}`);
		return join(temporary, found[1]!);
	};
	return {
		readFileSync: (address: string, encoding?: 'utf-8') => {
			if (address === 'file:/Users/editor/Library/Application Support/segue/engine.json') {
				const text = engineFile();
				if (text === null) throw new Error('ENOENT');
				return text;
			}
			const bytes = readFileSync(pathOf(address));
			return encoding ? bytes.toString(encoding) : new Uint8Array(bytes).buffer;
		},
		lstatSync: (address: string) => lstatSync(pathOf(address)),
		readdirSync: (address: string) => readdirSync(pathOf(address)),
		unlinkSync: (address: string) => unlinkSync(pathOf(address)),
	};
};
