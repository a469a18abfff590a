// A camera that shows a drawn person, for pictures of calls: no two tiles look alike, and nobody's face is used.

/** In the page: replaces the camera, and names the devices as a machine of today would. @param {any} look */
export function drawnCamera(look) {
  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  const draw = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280 * look.scale, 720 * look.scale];
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.scale(look.scale, look.scale);
    const paint = () => {
      const sway = Math.sin(performance.now() / 900) * 6;
      const wall = pen.createLinearGradient(0, 0, 1280, 720);
      wall.addColorStop(0, look.from);
      wall.addColorStop(1, look.to);
      pen.fillStyle = wall;
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = 'rgb(255 255 255 / .07)';
      pen.fillRect(150, 60, 220, 300);
      pen.fillRect(940, 110, 190, 190);
      const ellipse = (
        /** @type {[number, number, number, number]} */ [x, y, rx, ry],
        /** @type {string} */ colour,
      ) => {
        pen.fillStyle = colour;
        pen.beginPath();
        pen.ellipse(x + sway, y, rx, ry, 0, 0, Math.PI * 2);
        pen.fill();
      };
      ellipse([640, 290, 142, 168], look.hair);
      ellipse([640, 760, 300, 250], look.shirt);
      pen.fillStyle = look.skin;
      pen.fillRect(590 + sway, 420, 100, 120);
      ellipse([640, 545, 62, 40], look.skin);
      ellipse([640, 325, 112, 142], look.skin);
      pen.fillStyle = look.hair;
      pen.beginPath();
      pen.ellipse(640 + sway, 235, 122, 86, 0, Math.PI, 0);
      pen.fill();
      for (const x of [598, 682]) ellipse([x, 325, 9, 11], '#2a201b');
      pen.strokeStyle = '#7d4a3c';
      pen.lineWidth = 7;
      pen.lineCap = 'round';
      pen.beginPath();
      pen.arc(640 + sway, 372, 34, 0.2 * Math.PI, 0.8 * Math.PI);
      pen.stroke();
    };
    paint();
    setInterval(paint, 100);
    const [track] = canvas.captureStream(10).getVideoTracks();
    if (!track) throw new Error('no picture');
    Object.defineProperty(track, 'label', { value: 'FaceTime HD' });
    return track;
  };
  media.getUserMedia = async (wanted) => {
    const tracks = wanted?.audio ? (await real({ audio: wanted.audio })).getAudioTracks() : [];
    for (const track of tracks) Object.defineProperty(track, 'label', { value: 'Micro intégré' });
    if (wanted?.video) tracks.push(draw());
    return new MediaStream(tracks);
  };
  media.enumerateDevices = async () =>
    /** @type {any} */ ([
      { kind: 'audioinput', deviceId: 'default', label: 'Micro intégré' },
      { kind: 'audioinput', deviceId: 'casque', label: 'Casque Jabra' },
      { kind: 'videoinput', deviceId: 'camera', label: 'FaceTime HD' },
      { kind: 'audiooutput', deviceId: 'default', label: 'Haut-parleurs' },
    ]);
}
