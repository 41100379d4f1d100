-- What the object's changed attributes were before: JSON. Of events of kind `*.updated` only, and
-- null in those of earlier versions.
ALTER TABLE event ADD COLUMN previous bytea;
