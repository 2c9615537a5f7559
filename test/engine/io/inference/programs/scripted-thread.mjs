// Stands in for the inference thread. Answers each run with the order in which it came; the session's name says how.
import { parentPort } from 'node:worker_threads';

const opened = [];
const kept = [];
let runs = 0;

parentPort.on('message', request => {
	if (request.kind === 'open') opened.push(request.session);
	if (request.kind === 'keep') kept.push(request.name);
	if (request.kind === 'exit') parentPort.close();
	if (request.kind !== 'run') return;
	if (request.session === 'crash') throw new Error('a bad driver');
	runs++;
	const answer = Float32Array.of(runs, opened.length, kept.length, request.feeds.x?.data[0] ?? -1);
	const outputs = { y: { type: 'float32', dims: [4], data: answer } };
	const reply = () => parentPort.postMessage({ id: request.id, ok: true, outputs, trial: null });
	if (request.session === 'slow') setTimeout(reply, 100);
	else reply();
});
