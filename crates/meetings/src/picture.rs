//! Pictures people give us: of which kind they are and how large, by their own first bytes and nothing else.

/// Pixels of a side at most: more would cost whoever looks at it memory and show nothing.
pub const MAX_SIDE: u32 = 4096;

/// A kind of picture every browser shows and that holds nothing but a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
}

impl Kind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

/// What the beginning of a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Which kind.
    pub kind: Kind,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why bytes are not taken for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// None of the kinds there are.
    #[error("this is no PNG, JPEG or WebP picture")]
    Unknown,
    /// SVG can hold scripts and fetch from elsewhere.
    #[error("SVG can carry scripts: export it as PNG")]
    Svg,
    /// More than [`MAX_SIDE`].
    #[error("a picture has at most {MAX_SIDE} pixels on each side")]
    TooWide,
}

impl Picture {
    /// Reads the beginning of a picture.
    pub fn read(bytes: &[u8]) -> Result<Self, PictureError> {
        let known = png(bytes).or_else(|| jpeg(bytes)).or_else(|| webp(bytes));
        let picture = match known {
            Some(picture) => picture,
            None if is_svg(bytes) => return Err(PictureError::Svg),
            None => return Err(PictureError::Unknown),
        };
        let sides = [picture.width, picture.height];
        match sides.iter().all(|side| (1..=MAX_SIDE).contains(side)) {
            true => Ok(picture),
            false => Err(PictureError::TooWide),
        }
    }
}

/// Two or four bytes, the highest first.
fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let part = bytes.get(at..at + length)?;
    Some(part.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// Two or three bytes, the lowest first.
fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let part = bytes.get(at..at + length)?;
    Some(part.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// PNG (third edition) §5.2 and §11.2.1: a signature, then always the header.
fn png(bytes: &[u8]) -> Option<Picture> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    Some(Picture {
        kind: Kind::Png,
        width: big(header, 0, 4)?,
        height: big(header, 4, 4)?,
    })
}

/// ITU-T T.81 §B.1 and §B.2: segments with their length, until the frame header.
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        // Any number of 0xff may stand before a marker.
        rest = rest.strip_prefix(b"\xff")?;
        let (&marker, after) = rest.split_first()?;
        match marker {
            0xff => continue,
            // Frame headers, but for the tables and the reserved one among them.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(Picture {
                    kind: Kind::Jpeg,
                    width: big(after, 5, 2)?,
                    height: big(after, 3, 2)?,
                });
            }
            // The picture itself begins, or ends, without having said how large it is.
            0xd8..=0xda | 0x00 => return None,
            _ => {
                let length = usize::try_from(big(after, 0, 2)?).ok()?;
                rest = after.get(length.max(2)..)?;
            }
        }
    }
}

/// RFC 9649 §2.4 to §2.7: a RIFF container whose first chunk says how large the picture is.
fn webp(bytes: &[u8]) -> Option<Picture> {
    let riff = bytes.strip_prefix(b"RIFF")?;
    let chunk = riff.get(4..)?.strip_prefix(b"WEBP")?;
    let body = chunk.get(8..)?;
    let (width, height) = match chunk.get(..4)? {
        b"VP8X" => (little(body, 4, 3)? + 1, little(body, 7, 3)? + 1),
        b"VP8L" if body.first() == Some(&0x2f) => {
            let bits = little(body, 1, 4)?;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        // RFC 6386 §9.1: after the frame tag and its start code.
        b"VP8 " if body.get(3..6) == Some(b"\x9d\x01\x2a") => {
            (little(body, 6, 2)? & 0x3fff, little(body, 8, 2)? & 0x3fff)
        }
        _ => return None,
    };
    Some(Picture {
        kind: Kind::WebP,
        width,
        height,
    })
}

fn is_svg(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(1024)];
    beginning
        .windows(4)
        .any(|part| part.eq_ignore_ascii_case(b"<svg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(kind: Kind, width: u32, height: u32) -> Result<Picture, PictureError> {
        Ok(Picture { kind, width, height })
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let signature: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        [
            signature,
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            &[8, 6, 0, 0, 0],
        ]
        .concat()
    }

    #[test]
    fn pictures_are_known_by_their_bytes() {
        assert_eq!(Picture::read(&png_of(320, 80)), is(Kind::Png, 320, 80));
        let application = b"\xff\xe0\0\x04ab";
        let tables = b"\xff\xc4\0\x03x";
        let frame = b"\xff\xff\xc2\0\x0b\x08\0\x50\x01\x40\x03";
        let jpeg = [&b"\xff\xd8"[..], application, tables, frame].concat();
        assert_eq!(Picture::read(&jpeg), is(Kind::Jpeg, 320, 80));
        let container = |chunk: &[u8]| [b"RIFF\0\0\0\0WEBP", chunk].concat();
        let extended = container(b"VP8X\x0a\0\0\0\0\0\0\0\x3f\x01\0\x4f\0\0");
        assert_eq!(Picture::read(&extended), is(Kind::WebP, 320, 80));
        let bits = (320_u32 - 1) | (80 - 1) << 14;
        let lossless = container(&[b"VP8L\0\0\0\0\x2f", &bits.to_le_bytes()[..]].concat());
        assert_eq!(Picture::read(&lossless), is(Kind::WebP, 320, 80));
        let lossy = container(b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\x50\0");
        assert_eq!(Picture::read(&lossy), is(Kind::WebP, 320, 80));
    }

    #[test]
    fn what_is_no_picture_is_none_whatever_it_is_called() {
        for bytes in [
            &b""[..],
            b"GIF89a",
            b"<!doctype html><script>alert(1)</script>",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8",
            b"\xff\xd8\xff\xe0\xff\xff",
            b"\xff\xd8\xff\xda\0\0",
            b"RIFF\0\0\0\0WEBPVP8X",
            b"RIFF\0\0\0\0WAVEfmt ",
        ] {
            assert_eq!(Picture::read(bytes), Err(PictureError::Unknown), "{bytes:?}");
        }
        let drawing = b"<?xml version=\"1.0\"?>\n<SVG onload=\"alert(1)\"/>";
        assert_eq!(Picture::read(drawing), Err(PictureError::Svg));
    }

    #[test]
    fn a_picture_larger_than_any_screen_is_refused() {
        assert_eq!(
            Picture::read(&png_of(MAX_SIDE + 1, 1)),
            Err(PictureError::TooWide)
        );
        assert_eq!(Picture::read(&png_of(0, 1)), Err(PictureError::TooWide));
        assert!(Picture::read(&png_of(MAX_SIDE, MAX_SIDE)).is_ok());
    }
}
