// A screen to share that is drawn: browsers without a display have none, and their choosers cannot be answered.

/**
 * In the page: what the chooser gives is drawn, with sound when asked for.
 * @param {{ surface: string, sound: boolean, ownTab: boolean }} what
 */
export function chooserGives(what) {
  const media = /** @type {any} */ (navigator.mediaDevices);
  // Blank pages have none.
  if (!media) return;
  let ownHandle = '';
  media.setCaptureHandleConfig = (/** @type {{ handle: string }} */ config) => (ownHandle = config.handle);
  media.getDisplayMedia = async (/** @type {any} */ options) => {
    const own = /** @type {any} */ (globalThis);
    own.__asked = [...(own.__asked ?? []), options];
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1600, 900];
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    let frame = 0;
    setInterval(() => {
      pen.fillStyle = `hsl(210 35% ${24 + (frame++ % 12)}%)`;
      pen.fillRect(0, 0, 1600, 900);
      pen.fillStyle = '#fff';
      pen.font = '80px sans-serif';
      pen.fillText('Ordre du jour', 100, 200);
    }, 100);
    const stream = canvas.captureStream(10);
    const [video] = /** @type {any[]} */ (stream.getVideoTracks());
    const settings = video.getSettings.bind(video);
    video.getSettings = () => ({ ...settings(), displaySurface: what.surface });
    video.getCaptureHandle = () => (what.ownTab && !own.__other ? { handle: ownHandle } : null);
    if (what.sound) {
      const context = new AudioContext();
      const target = context.createMediaStreamDestination();
      const tone = context.createOscillator();
      tone.connect(target);
      tone.start();
      const [audio] = target.stream.getAudioTracks();
      if (audio) stream.addTrack(audio);
    }
    return stream;
  };
}
