-- Searches by an entry of metadata find its value here. Payments without metadata are not in it, and
-- nothing that changes as a payment is processed is: such changes stay as cheap as they were.
CREATE INDEX payment_of_metadata ON payment USING gin (metadata_values)
    WHERE metadata_keys <> '{}';
