-- Add one paper to an act. Parameters: seq, number, name, sha256, size, content.
INSERT INTO paper (seq, number, name, sha256, size, content) VALUES ($seq, $number, $name, $sha256, $size, $content)
