import type { DeviceReport, Networks } from '../jobs/ports.js';
import type { EngineStatus } from '../protocol/messages.js';
import { demoCuts } from './demo.js';
import type { Ffmpeg } from './media/find-ffmpeg.js';
import { projectVersion } from './project.js';

/** Milliseconds that a greeting waits for the devices to be tried; asking again later tells. */
const PATIENCE = 500;

/** What an engine says of itself. */
export const statusOf = async (
	home: string,
	requested: string,
	networks: Networks,
	embedding: EngineStatus['embedding'],
	ffmpeg: Ffmpeg | null,
): Promise<EngineStatus> => ({
	version: projectVersion(),
	device: await deviceOf(requested, networks),
	embedding,
	ffmpeg: ffmpeg === null ? null : `${ffmpeg.version} (${ffmpeg.from})`,
	home,
	demoCuts,
});

const deviceOf = async (requested: string, networks: Networks): Promise<EngineStatus['device']> => {
	let timer: NodeJS.Timeout | undefined;
	const impatient = new Promise<EngineStatus['device']>(resolve => {
		timer = setTimeout(
			() => resolve({ requested, used: 'not known yet', note: 'the devices are being tried' }),
			PATIENCE,
		);
	});
	try {
		return await Promise.race([networks.device().catch((error: unknown) => unavailable(requested, error)), impatient]);
	} finally {
		clearTimeout(timer);
	}
};

const unavailable = (requested: string, error: unknown): Omit<DeviceReport, 'used'> & { used: string } => ({
	requested,
	used: 'none',
	note: error instanceof Error ? error.message : String(error),
});
