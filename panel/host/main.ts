import { systemClock } from './clock.js';
import { watchSequence } from './dirty-watcher.js';
import { type EngineAddress, EngineConnection, type HostSocket } from './engine-connection.js';
import { engineFilePath, parseEngineFile } from './engine-file.js';
import { type EngineState, sentenceFor } from './engine-state.js';
import type { FrameFiles } from './frame-exporter.js';
import { HostScript } from './host-script.js';
import { premiere } from './premiere.js';

/** The plugin's start: Premiere on one side, the engine on the other, and the engine's page in the panel. */
const start = (): void => {
	const ppro = premiere();
	const { host } = require('uxp');
	const later = (milliseconds: number, then: () => void): (() => void) => {
		const id = setTimeout(then, milliseconds);
		return () => clearTimeout(id);
	};
	let stopWatching: () => void = () => {};
	const connection = new EngineConnection({
		address: engineAddress,
		open: url => new WebSocket(url) as unknown as HostSocket,
		later,
		version: __VERSION__,
		onState: show,
		onMessage: message => script.receive(message),
		onReady: () => {
			stopWatching = watchSequence(ppro, script.read, later, state => script.tell(state));
		},
		onGone: () => {
			stopWatching();
			script.disconnected();
		},
	});
	const script = new HostScript(
		{
			ppro,
			program: host,
			clock: systemClock,
			frameFiles: temporaryFiles,
			runName: Date.now().toString(36),
		},
		connection,
	);
	document.getElementById('again')?.addEventListener('click', () => connection.connect());
	show({ state: 'starting' });
	connection.connect();
};

const engineAddress = (): EngineAddress | null => {
	const { homedir, platform } = require('os');
	try {
		const path = engineFilePath({ home: homedir(), platform: platform() });
		return parseEngineFile(require('fs').readFileSync(`file:${path}`, 'utf-8'));
	} catch {
		// No engine has ever run here, or it writes the file this moment.
		return null;
	}
};

const temporaryFiles = async (): Promise<FrameFiles> => {
	const fs = require('fs');
	const folder = await require('uxp').storage.localFileSystem.getTemporaryFolder();
	const address = (name: string): string => `plugin-temp:/${name}`;
	return {
		folder: folder.nativePath,
		names: () => fs.readdirSync('plugin-temp:/'),
		size: name => fs.lstatSync(address(name)).size,
		read: name => new Uint8Array(fs.readFileSync(address(name))),
		remove: name => fs.unlinkSync(address(name)),
	};
};

let shown: string | null = null;

/** Shows the page while the engine is there, else what to do. The page stays through a short loss: it says so itself. */
const show = (state: EngineState): void => {
	const sentence = sentenceFor(state);
	const place = document.getElementById('page');
	if (state.state === 'ready' && place && shown !== state.page) {
		shown = state.page;
		const view = document.createElement('webview');
		view.setAttribute('src', state.page);
		view.setAttribute('width', '100%');
		view.setAttribute('height', '100%');
		place.innerHTML = '';
		place.appendChild(view);
	}
	const box = document.getElementById('state');
	const text = document.getElementById('text');
	const again = document.getElementById('again');
	if (text) text.textContent = sentence?.text ?? '';
	if (again) again.textContent = sentence?.action ?? '';
	if (box) box.style.display = sentence !== null && shown === null ? 'flex' : 'none';
};

start();
