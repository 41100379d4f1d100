-- What customers are searched by most; case does not count.
CREATE INDEX customer_of_email ON customer (account_id, livemode, lower(email))
    WHERE email IS NOT NULL AND NOT is_deleted;
