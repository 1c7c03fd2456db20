"""What classes say before and after: question sets, class sessions, anonymous answers, batches, disclosure control.

A response belongs to a class session and to nobody: no person, device, address or time is kept with it. It waits
until its session is closed and ten new answers can be shown together, a *batch*; then it is counted in the
tallies and its choices are erased. Every figure shown anywhere is a sum of whole batches, made by ``disclosure``.
"""
