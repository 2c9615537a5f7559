import { useCallback } from 'react';
import type { CutView } from '../../engine/protocol/messages.js';
import { usePage } from './page-context.js';

/** The cut's picture: the player's video, or a still where the browser can't play it. */
export const Picture = ({ cut }: { cut: CutView }) => {
	const page = usePage();
	const attach = useCallback((video: HTMLVideoElement | null) => page.showIn(video), [page]);
	const label = `Picture of ${cut.name}`;
	if (cut.pictureUrl === null) {
		return (
			<div className="picture">
				{cut.posterUrl !== null && <img src={cut.posterUrl} alt={`Still of ${cut.name}`} />}
			</div>
		);
	}
	return (
		<div className="picture">
			<video
				key={cut.id}
				ref={attach}
				src={cut.pictureUrl}
				{...(cut.posterUrl !== null && { poster: cut.posterUrl })}
				preload="auto"
				playsInline
				disablePictureInPicture
				aria-label={label}
			/>
		</div>
	);
};
