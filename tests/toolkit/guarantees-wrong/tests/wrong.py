# Shows: GET-SAFE
